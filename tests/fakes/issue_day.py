"""A issue date in which everything fails, and a mail server that alone knows what it accepted.

Each schedule is drawn from a seed. People approve, hold, unhold, settle and send again; the issue
date fires when it likes; queues hand messages out twice and late; senders run side by side, and any
call of a port may fail, or the process end, before or after it took effect. The mail server accepts
and says so, hangs or fails; or it refuses, or is busy. At the end every letter is held against what
it really accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letters import NOT_SENT, PROVEN_SENT, Act, LetterId, LetterState
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.resend_letter import NotResentError
from annual_review.services.dispatch.send_letter import Mailer, Sending, SendLetter
from annual_review.services.dispatch.sending_stops import (
    NotStoppedError,
    SendingStoppedError,
    SendingStops,
)
from annual_review.services.dispatch.settle_letter import NotSettledError, Settlement
from annual_review.services.errors import PortError
from annual_review.services.letters.letter import (
    LetterStore,
)
from annual_review.services.letters.letter_history import MailEvent
from tests.builders import NOON, OTHER_DISTRICT, ROCHFORD, YEAR, a_register
from tests.fakes.faults import HARMLESS, Fault, Faults, ProcessDiedError
from tests.fakes.reporting_mail import ENDS, STRENGTH, MailServer, settled_as
from tests.fakes.scheduler import interleave
from tests.worlds import AFTER_THE_YEAR, World

S, E = LetterState, MailEvent
STEPS = 25
REFUSALS = (NotResentError, NotSettledError, NotStoppedError, SendingStoppedError)
FAULTS = [Fault(ProcessDiedError), Fault(ProcessDiedError, after=True), *HARMLESS]


def store_as_it_is(store: LetterStore) -> LetterStore:
    """Break nothing."""
    return store


def mailer_as_it_is(mailer: Mailer) -> Mailer:
    """Break nothing."""
    return mailer


@dataclass
class IssueDay:
    """One schedule, drawn step by step."""

    chance: Random
    approval_required: bool
    sender: type[SendLetter] = SendLetter
    letters_of_sender: Callable[[LetterStore], LetterStore] = store_as_it_is
    mailer_of_sender: Callable[[Mailer], Mailer] = mailer_as_it_is
    world: World = field(init=False)
    server: MailServer = field(init=False)
    to_send: list[LetterId] = field(default_factory=list)
    asked_again: Counter[str] = field(default_factory=Counter)
    at: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        """Close a year with two letters, and prepare them."""
        self.server = MailServer(self.chance)
        self.world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
        self.world.close()
        for letter in self.world.to_prepare.take():
            self.world.prepare_letter().prepare(letter, AFTER_THE_YEAR)

    def run(self) -> None:
        """Run the schedule, and then let everything come to its end."""
        steps = [
            self.approve,
            self.hold,
            self.unhold,
            self.prepare_again,
            self.release,
            self.release,
            self.send,
            self.send,
            self.send,
            self.send_side_by_side,
            self.report,
            self.report,
            self.settle,
            self.resend,
            self.resume,
        ]
        for _ in range(STEPS):
            self.at += self.chance.choice([timedelta(0), timedelta(minutes=12), timedelta(days=4)])
            self.chance.choice(steps)()
            self.collect()
            self.check_that_no_state_lies()
        self.come_to_an_end()

    def faults(self, before_each: Callable[[], None] = lambda: None) -> Faults:
        """Draw at most two failing calls out of the next ten."""
        struck = self.chance.sample(range(10), self.chance.randrange(3))
        return Faults({call: self.chance.choice(FAULTS) for call in struck}, before_each)

    def try_to(self, act: Callable[[World], object]) -> bool:
        """Do something under faults; whoever is told of a failure may come again later."""
        try:
            act(self.world.under(self.faults()))
        except (PortError, ProcessDiedError, *REFUSALS):
            return False
        return True

    @property
    def now(self) -> Act:
        """A person's act at this moment."""
        return Act("a.person", NOON + self.at, "for a test")

    def code(self) -> AuthorityCode:
        """Draw an authority."""
        return self.chance.choice(list(self.world.register))

    def approve(self) -> None:
        """A person approves what is prepared."""
        self.try_to(lambda world: world.approve_letters().approve(YEAR, self.now))

    def hold(self) -> None:
        """A person holds a letter."""
        code = self.code()
        self.try_to(lambda world: world.hold_letters().hold(YEAR, [code], self.now))

    def unhold(self) -> None:
        """A person lets a letter go."""
        code = self.code()
        self.try_to(lambda world: world.hold_letters().unhold(YEAR, [code], self.now))

    def prepare_again(self) -> None:
        """Somebody changes a text, and has the letters prepared again."""
        self.world.renderer.wording = self.chance.choice(["first", "second"])
        self.try_to(lambda world: world.prepare_again().request(YEAR, self.now.at))
        for letter in self.world.to_prepare.take():
            self.try_to(partial(self._prepare, letter))

    def _prepare(self, letter: LetterId, world: World) -> None:
        world.prepare_letter().prepare(letter, self.now.at)

    def release(self) -> None:
        """The issue date fires, or a person releases."""
        self.try_to(
            lambda world: world.release_letters(approval_required=self.approval_required).release(
                YEAR, self.now.at
            )
        )

    def collect(self) -> None:
        """Take over what was queued; a queue may hand any message out twice."""
        for letter in self.world.to_send.take():
            self.to_send += [letter] * self.chance.choice([1, 1, 2])

    def _send(self, letter: LetterId, faults: Faults) -> bool:
        """Receive a message as the function does; return whether it is acknowledged."""
        service = self.sender(
            letters=faults.over(self.letters_of_sender(self.world.letters)),
            documents=faults.over(self.world.documents),
            mailer=faults.over(self.mailer_of_sender(self.server)),
            stops=SendingStops(faults.over(self.world.sending)),
            approval_required=self.approval_required,
            mode=MailMode.LIVE,
        )
        try:
            return service.send(letter, self.now.at) not in {Sending.IN_FLIGHT, Sending.BUSY}
        except (PortError, ProcessDiedError):
            return False

    def send(self) -> None:
        """Hand out one message, in no order; it stays until it is acknowledged."""
        if self.to_send:
            letter = self.to_send.pop(self.chance.randrange(len(self.to_send)))
            if not self._send(letter, self.faults()):
                self.to_send.append(letter)

    def send_side_by_side(self) -> None:
        """Two senders have a message about the same letter, and meet anywhere."""
        if not self.to_send:
            return
        letter = self.chance.choice(self.to_send)
        interleave(
            self.chance.randrange(2**32),
            lambda pause: self._send_one(letter, pause),
            lambda pause: self._send_one(letter, pause),
        )

    def _send_one(self, letter: LetterId, pause: Callable[[], None]) -> None:
        self._send(letter, self.faults(pause))

    def report(self) -> None:
        """Deliver one report, any one, which may come again."""
        if self.server.reports:
            notification = self.chance.choice(self.server.reports)
            self.try_to(lambda world: world.track_delivery().track(notification))

    def settle(self) -> None:
        """A person finds out, and may be wrong."""
        code, settlement = self.code(), self.chance.choice(list(Settlement))
        self.try_to(lambda world: world.settle_letter().settle(YEAR, code, settlement, self.now))

    def resend(self) -> None:
        """A person asks for a letter again, which is then as good as any other."""
        code = self.code()
        before = len(self.world.letters.of_year(YEAR))
        self.try_to(lambda world: world.resend_letter().plan(YEAR, code, self.now))
        self.asked_again[code] += len(self.world.letters.of_year(YEAR)) - before

    def resume(self) -> None:
        """A person lets sending go on."""
        self.try_to(lambda world: world.sending_stops().resume(YEAR, self.now))

    def come_to_an_end(self) -> None:
        """No more faults: messages are received until acknowledged, all reports come in."""
        self.at += timedelta(minutes=12)
        for letter in self.world.to_prepare.take():
            self.world.prepare_letter().prepare(letter, self.now.at)
        for letter in list(dict.fromkeys(self.to_send)):
            for _ in range(50):
                self.at += timedelta(minutes=12)
                if self._send(letter, Faults()):
                    break
            else:
                raise AssertionError("a message is never acknowledged")
            self.check_that_no_state_lies()
        self.to_send.clear()
        reports = self.server.reports * 2
        self.chance.shuffle(reports)
        for notification in reports:
            self.world.track_delivery().track(notification)
        self.check_the_end()

    def check_that_no_state_lies(self) -> None:
        """What a letter says of itself is true at any time, apart from what a person settled."""
        for letter in self.world.letters.of_year(YEAR):
            is_settled = bool(settled_as(letter))
            accepted = self.server.accepted[letter.id]
            assert accepted <= 1, f"{letter.id.tag} was sent twice"
            if letter.state in NOT_SENT and not is_settled:
                assert not accepted, f"{letter.id.tag} is {letter.state} and was sent"
            if letter.state in PROVEN_SENT and not is_settled:
                assert accepted, f"{letter.id.tag} is {letter.state} and was not sent"

    def check_the_end(self) -> None:
        """Nobody has more letters than people asked for, and each is where its reports lead."""
        for code in self.world.register:
            accepted = sum(n for each, n in self.server.accepted.items() if each.authority == code)
            assert accepted <= 1 + self.asked_again[code], f"{code} has {accepted} letters"
        for letter in self.world.letters.of_year(YEAR):
            reported = {each.event for each in self.server.reports if each.letter == letter.id}
            assert letter.state is not S.CLAIMED, "forgotten"
            if reported:
                # A person who asked the addressee knows as much as a report of the delivery.
                came = S.DELIVERED in settled_as(letter)
                known = reported | ({MailEvent.DELIVERY} if came else set())
                strongest = max(known, key=STRENGTH.index)
                assert letter.state is ENDS[strongest], f"{letter.history}, {reported}"
            elif letter.state in PROVEN_SENT:
                assert {S.ACCEPTED, S.DELIVERED} & settled_as(letter)
            if self.approval_required and reported:
                self.check_that_it_was_approved(letter.id)

    def check_that_it_was_approved(self, letter_id: LetterId) -> None:
        """Nothing leaves that nobody approved, byte for byte."""
        letter = self.world.letters.get(letter_id)
        assert letter.approved_sha256 == letter.message_sha256
        states = [event.state for event in letter.history]
        assert S.APPROVED in states[: states.index(S.CLAIMED)]
