"""What people do: each act is the work of one process, and tells the oracle when it succeeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseReference
from annual_review.domain.letters import Act, LetterId, LetterState
from annual_review.domain.own_performance import Family
from annual_review.services.dispatch.approve_letters import NothingToApproveError, ReadLetter
from annual_review.services.dispatch.release_letters import NotReleasedError
from annual_review.services.dispatch.resend_letter import NotResentError
from annual_review.services.dispatch.sending_stops import NotStoppedError, SendingStoppedError
from annual_review.services.dispatch.settle_letter import NotSettledError, Settlement
from annual_review.services.errors import RefusalError
from annual_review.services.letters.letter import NoLetterError
from annual_review.services.letters.own_performance import Note
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.review.review_paragraphs import Request, Reviewed, ReviewError
from annual_review.services.year_end.close_year import YearNotClosedError
from annual_review.services.year_end.propose_reissue import NotReissuedError, Order
from tests.builders import COUNTY, YEAR, a_recipient
from tests.simulation.casework import Casework
from tests.simulation.chance import Chance
from tests.simulation.oracle import Oracle
from tests.simulation.wiring import Aws, Services

Work = Callable[[Services], None]

REFUSALS = (
    NoLetterError,
    NothingToApproveError,
    NotReissuedError,
    NotReleasedError,
    NotResentError,
    NotSettledError,
    NotStoppedError,
    RefusalError,
    SendingStoppedError,
    ReviewError,
    YearNotClosedError,
)
"""What a person is told in place of a success."""


@dataclass
class People:
    """The data team and its operators; every text of theirs is found nowhere else."""

    aws: Aws
    oracle: Oracle
    chance: Chance
    now: Callable[[], datetime]
    codes: tuple[AuthorityCode, ...]
    casework: Casework
    read: Mapping[LetterId, ReadLetter] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)

    def _act(self) -> Act:
        return Act("a.person", self.now(), "for a test")

    def _text(self, kind: str) -> str:
        return f"{kind} {next(self._numbers):04} of ours."

    def _code(self) -> AuthorityCode:
        return self.chance.of(self.codes)

    # ------------------------------------------------------------------ the year

    def close(self) -> Work:
        """Close the year, by its schedule or by hand."""

        def work(services: Services) -> None:
            self.oracle.closing()
            services.close_year().close(YEAR, self.now(), services.patience)

        return work

    def repair(self) -> Work:
        """Bring tallies to what their cases add up to."""

        def work(services: Services) -> None:
            keys = services.aws.faulty_tallies()
            services.repair_year().repair(keys, "a.person", "why", self.now(), services.patience)

        return work

    def watch(self) -> Work:
        """Look after the years, as it happens every hour."""

        def work(services: Services) -> None:
            list(services.watch_letters().watch(YEAR, self.now()))

        return work

    def reset(self, reference: CaseReference) -> Work:
        """Reset a case to what casework says of it, after looking at what is recorded."""

        def work(services: Services) -> None:
            service = services.reset_case()
            while True:
                says = self.casework.says[reference]
                plan = service.plan(reference, [says])
                if says is self.casework.says[reference]:
                    break
            service.reset(plan, Act("a.person", self.now(), "mistyped"), services.patience)
            if reference in self.casework.mistyped:
                self.casework.mistyped.remove(reference)

        return work

    # ------------------------------------------------------------------ letters

    def read_letters(self) -> Work:
        """Read the letters that are there, to approve them later."""

        def work(services: Services) -> None:
            self.read = {
                letter.id: ReadLetter(letter.figures_sha256, letter.message_sha256)
                for letter in services.letters.of_year(YEAR)
            }

        return work

    def approve(self, only: tuple[AuthorityCode, ...] = ()) -> Work:
        """Approve what is prepared, or what was read before."""
        read = self.read if self.read and self.chance.happens(2) else None

        def work(services: Services) -> None:
            services.approve_letters().approve(YEAR, self._act(), only=only, read=read)

        return work

    def hold(self) -> Work:
        """Hold a letter."""
        code = self._code()

        def work(services: Services) -> None:
            report = services.hold_letters().hold(YEAR, [code], self._act())
            if report.done:
                self.oracle.told_held(code)

        return work

    def unhold(self, code: AuthorityCode | None = None) -> Work:
        """Let a letter go that is held."""
        code = code or self._code()

        def work(services: Services) -> None:
            with self.oracle.letting_go(code):
                services.hold_letters().unhold(YEAR, [code], self._act())

        return work

    def prepare(self, only: tuple[AuthorityCode, ...] = ()) -> Work:
        """Have letters prepared again after the edition has changed."""

        def work(services: Services) -> None:
            services.prepare_again().request(YEAR, self.now(), only)

        return work

    def change_the_edition(self) -> Work:
        """Deploy another wording, and have all letters prepared with it."""
        wording, codes = self._text("Wording"), (*self.codes, COUNTY)

        def work(services: Services) -> None:
            with self.oracle.changing(codes):
                before, services.aws.renderer.wording = services.aws.renderer.wording, wording
                queued = services.prepare_again().request(YEAR, self.now()).done
            if services.aws.renderer.wording != wording:
                return
            for letter in queued:
                since = (letter.revision, 0)
                self.oracle.told(letter.authority, wording, is_in=True, since=since)
                self.oracle.told(letter.authority, before, is_in=False, since=since)

        return work

    def release(self) -> Work:
        """Release what may be sent: the issue date fires, or a person does."""

        def work(services: Services) -> None:
            services.release_letters().release(YEAR, self.now())

        return work

    def resume(self) -> Work:
        """Put right what stopped sending, say so, and release the letters."""

        def work(services: Services) -> None:
            services.sending_stops().resume(YEAR, self._act())
            services.release_letters().release(YEAR, self.now())

        return work

    def resend(self, code: AuthorityCode | None = None) -> Work:
        """Send a letter again, as the command does: plan it, wait for it, release it."""
        code = code or self._code()
        self.oracle.asked_again[code] += 1

        def work(services: Services) -> None:
            service, act = services.resend_letter(), self._act()
            again = service.plan(YEAR, code, act)
            for _ in range(6):
                services.process.pause()
                if (letter := services.letters.get(again.id)).state is LetterState.PREPARED:
                    service.release(letter, act.by, self.now())
                    return

        return work

    def has_arrived(self, code: AuthorityCode) -> bool:
        """Whether the addressee says that the present letter came."""
        *_, letter = [each.id for each in self.oracle.letters() if each.id.authority == code]
        return letter in self.aws.mail.arrived

    def settle_wrongly(self) -> Work:
        """Say of a letter what is not true."""
        return self.settle(is_wrong=True)

    def settle(self, code: AuthorityCode | None = None, *, is_wrong: bool = False) -> Work:
        """Find out what became of a letter, and say so; a person may be wrong."""
        code = code or self._code()

        def work(services: Services) -> None:
            letters = [each for each in self.oracle.letters() if each.id.authority == code]
            if not letters:
                return
            letter = letters[-1].id
            truth = Settlement.ACCEPTED if self.oracle.accepted[letter] else Settlement.NOT_ACCEPTED
            if letter in self.aws.mail.arrived:
                truth = Settlement.DELIVERED
            wrong = {Settlement.NOT_ACCEPTED: Settlement.ACCEPTED}.get(
                truth, Settlement.NOT_ACCEPTED
            )
            if is_wrong:
                self.oracle.settled_wrongly.add(letter)
            settlement = wrong if is_wrong else truth
            services.settle_letter().settle(YEAR, code, settlement, self._act())

        return work

    def deal_with(self, code: AuthorityCode | None = None) -> Work:
        """Send a letter by post that was refused or came back, and say so."""
        code = code or self._code()

        def work(services: Services) -> None:
            services.settle_letter().settle(YEAR, code, Settlement.DEALT_WITH, self._act())

        return work

    def speak_to(self, code: AuthorityCode) -> Work:
        """Call a reader who complained, and say so."""

        def work(services: Services) -> None:
            services.settle_letter().settle(YEAR, code, Settlement.SPOKEN_TO, self._act())

        return work

    # ------------------------------------------------------------------ what letters are made from

    def review(self) -> Work:
        """Change the paragraphs of a letter: keep, edit, remove or add."""
        code, way = self._code(), self.chance.of(["keep", "add", "add", "edit", "remove"])
        text = self._text("Paragraph")

        def work(services: Services) -> None:
            service = services.review_paragraphs()
            request = Request(YEAR, code, Act("a.person", self.now()))
            if way == "add":
                self._reviewed(service.add(request, Family.LATE_ANSWERS, text))
                return
            found = service.of_letter(YEAR, code)
            there = [each for each in found.in_order if each.printed is not None] if found else []
            if not there:
                return
            first = there[0].id
            with self.oracle.changing([code]):
                match way:
                    case "keep":
                        done = service.keep(request, [each.id for each in there])
                    case "edit":
                        done = service.edit(request, first, text)
                    case _:
                        done = service.remove(request, first, "for a test")
            self._reviewed(done)

        return work

    def keep_all(self) -> Work:
        """Keep every paragraph that nobody has decided about."""

        def work(services: Services) -> None:
            for found in services.paragraphs.of_year(YEAR):
                if found.unreviewed:
                    request = Request(YEAR, found.authority, Act("a.person", self.now()))
                    ids = [each.id for each in found.unreviewed]
                    with self.oracle.changing([found.authority]):
                        done = services.review_paragraphs().keep(request, ids)
                    self._reviewed(done)

        return work

    def _reviewed(self, done: Reviewed) -> None:
        shown = self.aws.approval_required
        before, after = (
            set(each.texts(with_unreviewed=shown)) for each in (done.before, done.after)
        )
        since = (done.letter.revision, done.after.version)
        for text in after - before:
            self.oracle.told(done.letter.authority, text, is_in=True, since=since)
        for text in before - after:
            self.oracle.told(done.letter.authority, text, is_in=False, since=since)

    def load_notes(self) -> Work:
        """Load a note about an authority."""
        note = Note(self._code(), Family.LATE_ANSWERS, self._text("Note"))

        def work(services: Services) -> None:
            signed = Act("a.person", self.now())
            report = services.load_notes().load(YEAR, [note], signed)
            # Where nobody approves letters, a note is printed once it was reviewed.
            if not report.too_late and self.aws.approval_required:
                letters = [each.id.revision for each in self.oracle.letters()]
                since = (min(letters, default=1), 0)
                self.oracle.told(note.authority, note.text, is_in=True, since=since)

        return work

    def load_recipients(self) -> Work:
        """Load another address of an authority."""
        code = self._code()
        address = f"chief.{next(self._numbers):04}@{code.lower()}.example"

        def work(services: Services) -> None:
            wanted = Entries({}, {code: a_recipient(code, email=address)})
            before = services.directory.recipients()[code].email
            receiving = services.aws.received_by(code)
            with self.oracle.changing(receiving):
                report = services.load_register().load(wanted, [YEAR], self._act())
            if services.aws.address_of(code) != address:
                return  # somebody else has loaded another since
            for told in receiving:
                if not any(each.authority == told for each in report.too_late):
                    self.oracle.told(told, address, is_in=True, since=(1, 0))
                    self.oracle.told(told, before, is_in=False, since=(1, 0))

        return work

    def reissue(self) -> Work:
        """Re-issue a letter, or finish what another re-issue left undone."""
        code = self._code()
        self.oracle.asked_again[code] += 1
        order = Order(YEAR, code, "for a test", same_figures=self.chance.happens(2))

        def work(services: Services) -> None:
            service = services.reissue_letter()
            if unfinished := service.unfinished(YEAR):
                service.finish(unfinished, self.now())
                return
            today = self.now().date()
            proposal = services.propose_reissue().propose(order, today, services.patience)
            service.reissue(proposal, "a.person", self.now())

        return work
