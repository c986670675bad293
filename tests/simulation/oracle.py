"""What has to be true whatever happens, written from the pages and not from the services.

The oracle knows what people were told had succeeded, what the mail service accepted, and every
state that the table was ever in. It reads the records as they lie in the table.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from annual_review.adapters.dynamodb.case_items import case_state, tally
from annual_review.adapters.dynamodb.letter_items import letter_of
from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.domain.cases import CasePart, CaseState
from annual_review.domain.letters import NOT_SENT, PROVEN_SENT, LetterId, LetterState
from annual_review.domain.tallies import counted, tally_of
from annual_review.services.documents import digest
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.letter_history import EventKind, MailEvent
from tests.builders import YEAR
from tests.fakes.reporting_mail import ENDS, STRENGTH, settled_as
from tests.fakes.table.table import FakeTable

S = LetterState
_T = TypeVar("_T")

Items = Mapping[tuple[str, str], Mapping[str, Any]]
"""The items of the table, by their keys."""

Snapshot = frozenset[tuple[str, str, int, str]]
"""Which cases count in the year: reference, part, version, authority."""


@dataclass(frozen=True)
class Said:
    """What a person was told: that a text is in the letter from now on, or is not.

    `since` is the revision of the letter, and the version of its paragraphs, that this began with.
    """

    is_in: bool
    since: tuple[int, int]


class _ReadOnce(Generic[_T]):
    """Reads an item once: one that is stored is replaced and never changed."""

    def __init__(self, read: Callable[[Mapping[str, Any]], _T]) -> None:
        self._read = read
        self._known: dict[int, tuple[Mapping[str, Any], _T]] = {}

    def __call__(self, item: Mapping[str, Any]) -> _T:
        # The item is kept beside what it was read as: so no other can have its id.
        if id(item) not in self._known:
            self._known[id(item)] = (item, self._read(item))
        return self._known[id(item)][1]


@dataclass
class Oracle:
    """Watches a schedule."""

    table: FakeTable
    documents: InMemoryDocuments
    approval_required: bool
    accepted: Counter[LetterId] = field(default_factory=Counter)
    said: dict[str, dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))
    """By authority and text: what was last told about it."""
    asked_again: Counter[str] = field(default_factory=Counter)
    """How many letters more people asked for, by authority: sent again or re-issued."""
    settled_wrongly: set[LetterId] = field(default_factory=set)
    held: set[LetterId] = field(default_factory=set)
    """Letters of which a person was told that they are held, until somebody lets them go."""
    _letting_go: Counter[str] = field(default_factory=Counter)
    _changing: Counter[str] = field(default_factory=Counter)
    moments: list[Snapshot] = field(default_factory=list)
    published: dict[str, int] = field(default_factory=dict)
    """The latest version of each case that casework has published, by its reference."""
    _closing_since: int | None = None
    _published_before: dict[str, int] = field(default_factory=dict)
    _phases: tuple[str, ...] = ()
    tick: int = 0
    """Counts the looks at the table: a write that comes later is seen at a higher one."""
    _steps: tuple[str, ...] = ()
    _stopped_at: int | None = None
    """The tick at which sending was seen to be stopped, as long as it is."""
    _before: Items = field(default_factory=dict)
    _known: set[LetterId] = field(default_factory=set)
    _judged: set[str] = field(default_factory=set)
    _letter_of: _ReadOnce[Letter] = field(default_factory=lambda: _ReadOnce(letter_of))
    _case_state: _ReadOnce[CaseState] = field(default_factory=lambda: _ReadOnce(case_state))

    def letters(self) -> list[Letter]:
        """Return every letter as it lies in the table."""
        return self._letters_among(self.table.items)

    def _letters_among(self, items: Items) -> list[Letter]:
        found = [item for (_, sk), item in items.items() if sk.startswith("LETTER#")]
        return sorted(map(self._letter_of, found), key=lambda letter: letter.id)

    def letter(self, letter: LetterId) -> Letter:
        """Return one of them."""
        return next(each for each in self.letters() if each.id == letter)

    def _items(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        return (item for (pk, _), item in self.table.items.items() if pk.startswith(prefix))

    def recorded_version(self, reference: str) -> int:
        """Return which version of a decision lies in the table."""
        item = self.table.items.get((f"CASE#{reference}", "DECISION"))
        return int(item["version"]["N"]) if item else 0

    # ------------------------------------------------------------------ at every step

    def look(self) -> None:
        """Look at the table between two calls."""
        self.tick += 1
        items = self.table.items
        states = [self._case_state(items[key]) for key in items if key[0].startswith("CASE#")]
        moment: Snapshot = frozenset(
            (state.reference, state.key.part.value, int(state.version), counting[0].authority)
            for state in states
            if (counting := counted(state)) and counting[0].year == YEAR
        )
        if not self.moments or self.moments[-1] != moment:
            self.moments.append(moment)
        self._check_that_versions_rise(items)
        letters = self._letters_among(items)
        self._check_that_nothing_is_made_of_what_is_replaced(letters)
        for letter in letters:
            self._check_that_its_state_is_true(letter)
        self._check_that_no_step_of_the_year_is_lost(items)
        self._check_that_no_stop_is_lost(items)
        for pk, sk in items:
            if pk.startswith("CLOSES#") and sk not in self._judged:
                self._judged.add(sk)
                self._check_the_frozen_figures(items[pk, sk])

    def _check_that_its_state_is_true(self, letter: Letter) -> None:
        accepted = self.accepted[letter.id]
        assert accepted <= 1, f"{letter.id.tag} was sent {accepted} times"
        *_, before, last = (letter.history[0], *letter.history)
        if before.state is S.CLAIMED and last.kind is EventKind.ABANDONED:
            lasted = last.at - before.at
            assert lasted > A_CLAIM_LASTS, f"{letter.id.tag} was given up after {lasted}"
        is_of_the_account = last.state is S.FAILED and "SendingPaused" in last.why
        assert not is_of_the_account, f"{letter.id.tag} failed over what concerns the account"
        if letter.id in self.settled_wrongly:
            return
        if letter.state in NOT_SENT:
            assert not accepted, f"{letter.id.tag} is {letter.state} and was sent"
        if letter.state in PROVEN_SENT:
            assert accepted, f"{letter.id.tag} is {letter.state} and was not sent"

    def accept_as_it_is(self) -> None:
        """Accept what the table holds: somebody edited it by hand, and raised no version."""
        self._before = self.table.items

    def _check_that_versions_rise(self, now: Items) -> None:
        """Nothing is written that did not see what was there: its version would not be higher.

        A reset may bring a lower version back, and is never forgotten.
        """
        for key, item in now.items():
            before = self._before.get(key)
            # Written again is another object, though it may hold the very same.
            if before is not None and before is not item and "version" in item:
                seen, version = (_place_in_time(each) for each in (before, item))
                assert version > seen, f"{key} went from version {seen} to {version}"
                if version[0] == seen[0] > 0:
                    state = self._case_state(item)
                    is_later = state.recorded_at > state.resets[-1].horizon
                    assert is_later, f"{key} counts again, though it was reset since"
        self._before = now

    def _check_that_no_step_of_the_year_is_lost(self, items: Items) -> None:
        item = items.get((f"YEAR#{YEAR}", "PHASE"))
        if item is None:
            return
        steps = tuple(
            f"{step['M']['phase']['S']} {step['M']['at']['S']}" for step in item["history"]["L"]
        )
        assert steps[: len(self._phases)] == self._phases, f"{self._phases} became {steps}"
        self._phases = steps

    def _check_that_no_stop_is_lost(self, items: Items) -> None:
        item = items.get((f"YEAR#{YEAR}", "SENDING"))
        steps = tuple(each["M"]["change"]["S"] for each in item["history"]["L"]) if item else ()
        assert steps[: len(self._steps)] == self._steps, f"{self._steps} became {steps}"
        alternating = ("stopped", "resumed") * len(steps)
        assert steps == alternating[: len(steps)], f"stopped twice or resumed twice: {steps}"
        if len(steps) > len(self._steps):
            self._stopped_at = self.tick if steps[-1] == "stopped" else None
        self._steps = steps

    def closing(self) -> None:
        """Remember when the first closing began: its figures are of no moment before."""
        if self._closing_since is None:
            self.look()
            self._closing_since = len(self.moments) - 1
            self._published_before = dict(self.published)

    def _check_the_frozen_figures(self, close: Mapping[str, Any]) -> None:
        revision, sha256 = int(close["sk"]["S"]), close["figures_sha256"]["S"]
        folder = f"figures/{YEAR}/{revision}-{sha256[:16]}"
        year = json.loads(self.documents.get(f"{folder}/figures.json"))
        if "reissues" in close:
            return self._check_the_reissued_figures(close, folder)
        frozen = set[tuple[str, str, int, str]]()
        for each in year["authorities"]:
            record = json.loads(self.documents.get(f"{folder}/authorities/{each['code']}.json"))
            for case in record["cases"]:
                found = (case["reference"], case["part"], case["version"], each["code"])
                twice = [known for known in frozen if known[:2] == found[:2]]
                assert not twice, f"case {found} was frozen twice: {twice}"
                frozen.add(found)
        assert frozen in self.moments[self._closing_since :], f"figures of no moment: {frozen}"
        for reference, version in self._published_before.items():
            there = [case[2] for case in frozen if case[0] == reference]
            assert max(there, default=0) >= version, f"case {reference} had come in, and is missing"
        return None

    def _check_the_reissued_figures(self, close: Mapping[str, Any], folder: str) -> None:
        code = close["reissues"]["S"]
        record = json.loads(self.documents.get(f"{folder}/authorities/{code}.json"))
        frozen = {(each["reference"], each["part"], each["version"]) for each in record["cases"]}
        known = [{case[:3] for case in moment if case[3] == code} for moment in self.moments]
        assert frozen in known, f"figures of {code} of no moment: {frozen}"

    # ------------------------------------------------------------------ what people were told

    def told(self, authority: str, text: str, *, is_in: bool, since: tuple[int, int]) -> None:
        """Take down what a person was told, unless it is being changed, or was since."""
        if self._changing[authority]:
            return
        known = self.said[authority].get(text)
        if known is None or known.since <= since:
            self.said[authority][text] = Said(is_in, since)

    def told_held(self, authority: str) -> None:
        """Take down that a person was told that the present letter of an authority is held."""
        *_, letter = [each for each in self.letters() if each.id.authority == authority]
        if letter.state is S.HELD and not self._letting_go[authority]:
            self.held.add(letter.id)

    @contextmanager
    def letting_go(self, authority: str) -> Iterator[None]:
        """Forget it: somebody lets it go, at some moment within."""
        self.held = {each for each in self.held if each.authority != authority}
        self._letting_go[authority] += 1
        try:
            yield
        finally:
            self._letting_go[authority] -= 1

    @contextmanager
    def changing(self, authorities: Iterable[str]) -> Iterator[None]:
        """Know nothing of some letters while somebody changes what is in them, and may fail."""
        for code in authorities:
            self.said[code].clear()
        self._changing.update(authorities)
        try:
            yield
        finally:
            self._changing.subtract(authorities)

    def accepting(self, letter_id: LetterId, message: bytes) -> None:
        """Judge a message at the moment at which the mail service accepts it."""
        self.accepted[letter_id] += 1
        code = letter_id.authority
        accepted = sum(n for each, n in self.accepted.items() if each.authority == code)
        assert accepted <= 1 + self.asked_again[code], f"{code} has {accepted} letters"
        letter = self.letter(letter_id)
        assert letter_id not in self.held, f"{letter_id.tag} is held and was sent"
        for text, said in self.said[code].items():
            if letter_id.revision >= said.since[0]:
                has = text.encode() in message
                assert has is said.is_in, f"{letter_id.tag}: {text} {said}, and it went otherwise"
        later = [each for each in self.letters() if each.id.authority == code]
        assert max(each.id.revision for each in later) == letter_id.revision, "it was replaced"
        if self.approval_required:
            states = [event.state for event in letter.history]
            assert S.APPROVED in states, f"{letter_id.tag} was never approved"
            assert letter.approved_sha256 == digest(message), f"{letter_id.tag}: other bytes"
            self._check_that_nothing_is_unreviewed(letter_id)

    def asking(self, letter: LetterId, began: int) -> None:
        """Judge that the mail service is asked about a letter, by a sender that began at a tick.

        Whoever began before sending stopped may not have seen it; whoever began since must have.
        """
        stopped = self._stopped_at
        assert stopped is None or began < stopped, f"{letter.tag} was tried, and sending is stopped"

    def _check_that_nothing_is_unreviewed(self, letter: LetterId) -> None:
        key = f"YEAR#{YEAR}", f"PARAGRAPHS#{letter.revision:06}#{letter.authority}"
        item = self.table.items.get(key)
        for each in item["paragraphs"]["L"] if item else ():
            status = each["M"]["status"]["S"]
            assert status != "proposed", f"{letter.tag}: nobody has decided about {each}"

    # ------------------------------------------------------------------ at the end

    def check_the_end(
        self, arrived: set[LetterId], reported: Mapping[LetterId, set[MailEvent]]
    ) -> None:
        """Check that every tally is right, every report counted, and no authority forgotten."""
        for letter in self.letters():
            self._check_that_the_strongest_report_counts(letter, reported.get(letter.id, set()))
        states = [case_state(item) for item in self._items("CASE#")]
        right = tally_of(states)
        for item in self._items("AUTHORITY#"):
            code = item["pk"]["S"].removeprefix("AUTHORITY#")
            for key, counts in right.items():
                if key.authority == code and item["sk"]["S"] == f"TALLY#{key.year}":
                    assert tally(item) == counts, f"the tally of {code} is wrong"
        decided = {
            state.reference: int(state.version)
            for state in states
            if state.key.part is CasePart.DECISION
        }
        assert decided == self.published, f"published: {self.published}, recorded: {decided}"
        last: dict[str, Letter] = {}
        for letter in sorted(self.letters(), key=lambda each: (each.id.revision, each.id.dispatch)):
            last[letter.id.authority] = letter
        revisions: dict[str, int] = {}
        for item in self._items("CLOSES#"):
            revision = int(item["sk"]["S"])
            for code in last:
                if "reissues" not in item or item["reissues"]["S"] == code:
                    revisions[code] = max(revision, revisions.get(code, 0))
        for code, letter in last.items():
            assert letter.id.revision == revisions[code], f"the re-issue for {code} was forgotten"
            assert letter.state in _ENDS, f"{letter.id.tag} is {letter.state} at the end"
            assert letter.state is not S.DELIVERED or letter.id in arrived, f"{letter.id.tag}"

    def _check_that_the_strongest_report_counts(
        self, letter: Letter, reported: set[MailEvent]
    ) -> None:
        if not reported:
            return
        # A person who asked the addressee knows as much as a report of the delivery.
        came = S.DELIVERED in settled_as(letter)
        known = reported | ({MailEvent.DELIVERY} if came else set())
        strongest = max(known, key=STRENGTH.index)
        told = f"{letter.id.tag} is {letter.state}, and {strongest} was reported"
        assert letter.state is ENDS[strongest], told

    def _check_that_nothing_is_made_of_what_is_replaced(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            if letter.id in self._known:
                continue
            self._known.add(letter.id)
            later = [each for each in self._known if each.authority == letter.id.authority]
            assert max(each.revision for each in later) == letter.id.revision, letter.id.tag


def _place_in_time(item: Mapping[str, Any]) -> tuple[int, int]:
    """Return how often an item was reset, and its version."""
    return int(item.get("reset", {"N": "0"})["N"]), int(item["version"]["N"])


A_CLAIM_LASTS: Final = timedelta(minutes=5)

_ENDS: Final = {S.DELIVERED, S.BOUNCED, S.COMPLAINED, S.REJECTED, S.FAILED, S.HELD}
