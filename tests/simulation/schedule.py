"""One schedule: a year end in which everything happens at once, drawn choice by choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any, Final

from annual_review.adapters.memory.documents import InMemoryDocuments
from annual_review.domain.cases import CaseState, ComplianceOutcome
from annual_review.domain.letters import Act, LetterId
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.recording.messages import Message, MessageId
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_register,
    an_authority,
    an_event,
    an_upheld_decision,
    recipients,
)
from tests.fakes.table.table import FakeTable
from tests.simulation.casework import Casework
from tests.simulation.chance import Chance
from tests.simulation.faults import HANDLED, Faults
from tests.simulation.mail import MailService
from tests.simulation.oracle import Oracle
from tests.simulation.people import REFUSALS, People, Work
from tests.simulation.processes import Process
from tests.simulation.queues import Confirmed, Queue, Waiting
from tests.simulation.robot import Robot
from tests.simulation.stages import WHAT_HAPPENS, Stage
from tests.simulation.wiring import Aws, Services

AUTHORITIES: Final = (ROCHFORD, OTHER_DISTRICT)
BEGIN: Final = datetime(2020, 4, 15, 6, tzinfo=UTC)
FUNCTION_LASTS: Final = timedelta(minutes=2)
"""No invocation runs longer; the commands of people may."""

MOST_AT_ONCE: Final = 4
STEPS: Final = 350


@dataclass
class Schedule:
    """A year end under way."""

    chance: Chance
    stage: Stage | None = None
    now: datetime = BEGIN
    running: list[Process] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Set the stage: a register, some cases, some faults to come."""
        table = FakeTable()
        self.faults = Faults(self.chance, left=self.chance.below(16))
        reports: Queue[object] = Queue()
        documents = InMemoryDocuments()
        self.oracle = Oracle(table, documents, approval_required=self.chance.below(4) < 3)
        self.faults.look = self.oracle.look
        mail = MailService(
            self.chance,
            reports,  # type: ignore[arg-type]
            lambda: self.now,
            self.oracle.accepting,
            self.oracle.asking,
        )
        self.aws = Aws(
            self.faults,
            table,
            mail,
            documents,
            reports=reports,  # type: ignore[arg-type]
            approval_required=self.oracle.approval_required,
        )
        if self.chance.happens(2):
            table.index.lag = lambda _key: self.chance.happens(3)
        self.casework = Casework(self.chance, lambda: self.now, AUTHORITIES)
        self.people = People(
            self.aws, self.oracle, self.chance, lambda: self.now, AUTHORITIES, self.casework
        )
        self._begin()

    def _begin(self) -> None:
        """Load the register and record the first cases, without any fault."""
        left, self.faults.left = self.faults.left, 0
        ended = an_authority(COUNTY, in_being_to=YEAR.last_day, successors=[ROCHFORD])
        register = a_register(*AUTHORITIES, ended)
        entries = Entries(register, recipients(*register))

        def load(services: Services) -> None:
            services.load_register().load(entries, [YEAR], Act("a.person", BEGIN))

        self.run(load)
        states: list[CaseState] = [
            an_upheld_decision("19000001", authority=ROCHFORD),
            an_upheld_decision("19000002", authority=OTHER_DISTRICT),
            an_upheld_decision("19000003", authority=ROCHFORD),
            a_compliance_outcome(
                "19000002", authority=OTHER_DISTRICT, outcome=ComplianceOutcome.LATE
            ),
        ]
        self.casework.takes(*states)
        self.decide(*states)
        self.settle_down(timedelta(0))
        if self.chance.happens(2):
            self._edit_a_tally_by_hand()
        self.faults.left = left

    def _edit_a_tally_by_hand(self) -> None:
        """Let somebody count an upheld decision that is not there: closing will refuse."""
        key = (f"AUTHORITY#{ROCHFORD}", f"TALLY#{YEAR}")
        item = self.aws.table.items[key]
        upheld = {"N": str(int(item["upheld"]["N"]) + 1)}
        name = self.aws.table.name
        self.aws.table.put_item({"TableName": name, "Item": {**item, "upheld": upheld}})
        self.oracle.accept_as_it_is()

    # ------------------------------------------------------------------ running processes

    def start(
        self,
        name: str,
        work: Work,
        *,
        is_function: bool = True,
        then: Callable[[bool], None] = lambda _is_done: None,
    ) -> Process:
        """Start a process beside those that are running."""

        def run(process: Process) -> None:
            is_done = False
            try:
                work(Services(self.aws, process))
                is_done = True
            except REFUSALS as refusal:
                self.happened.append(f"  {name}: {refusal}")
            except HANDLED as error:
                self.happened.append(f"  {name}: {error!r}")
            finally:
                then(is_done)

        dies_by = (self.now + FUNCTION_LASTS).timestamp() if is_function else float("inf")
        process = Process(name, run, dies_by, self.oracle.tick)
        self.running.append(process)
        self.happened.append(f"{self.now:%d %b %H:%M} {name}")
        return process

    def step(self, process: Process) -> None:
        """Let one process go on, and look at what it did."""
        process.step()
        self._look_after(process)

    def _look_after(self, process: Process) -> None:
        if process.has_ended:
            self.running.remove(process)
            if process.error is not None:
                raise process.error

    def run(self, work: Work) -> None:
        """Run one process to its end while nobody else moves."""
        process = self.start("alone", work, is_function=False)
        self.happened.pop()
        self._finish(process)

    def _finish(self, process: Process) -> None:
        process.finish()
        self._look_after(process)

    def go_on(self, by: timedelta) -> None:
        """Let time go by: an invocation that runs for too long ends, and the issue date comes."""
        is_before = self.now < _LETTERS_NOON
        self.now += by
        if is_before and self.now >= _LETTERS_NOON:
            self.start("release by its schedule", self.people.release())
        for process in [each for each in self.running if each.dies_by < self.now.timestamp()]:
            process.kill()
            self._look_after(process)

    # ------------------------------------------------------------------ what happens by itself

    def decide(self, *states: CaseState, mistyped: Sequence[CaseState] = ()) -> None:
        """Let casework publish events, and beside them what somebody mistyped."""
        self.oracle.published |= {state.reference: int(state.version) for state in states}
        self.aws.decisions.add(*(dumps(an_event(state)) for state in (*states, *mistyped)))

    def deliver(self, place: int) -> bool:
        """Start the function of one of the queues with a message; `False` if all are empty."""
        aws = self.aws
        queues: list[tuple[str, Queue[object], Callable[[Services, object], bool]]] = [
            ("record", aws.decisions, self._record),
            ("prepare", aws.to_prepare, self._prepare),  # type: ignore[list-item]
            ("send", aws.to_send, self._send),  # type: ignore[list-item]
            ("track", aws.reports, self._track),  # type: ignore[list-item]
        ]
        full = [each for each in queues if each[1].waiting]
        if not full:
            return False
        name, queue, handle = full[place % len(full)]
        message = queue.receive(self.chance.below(len(queue.waiting)))
        if self.chance.happens(2 if name == "send" else 5):
            queue.add(message.body)  # a queue may hand any message out twice
        self._receive(name, queue, message, handle)
        return True

    def _receive(
        self,
        name: str,
        queue: Queue[object],
        message: Waiting[object],
        handle: Callable[[Services, object], bool],
    ) -> None:
        taken = [message]
        if name == "record":  # they come in batches
            taken += [queue.receive(0) for _ in range(min(1, len(queue.waiting)))]
        answers: list[bool] = []

        def work(services: Services) -> None:
            bodies = [each.body for each in taken] if name == "record" else taken[0].body
            answers.append(handle(services, bodies))

        def then(is_done: bool) -> None:  # noqa: FBT001 (what the process came to)
            for each in taken:
                if is_done and answers == [True]:
                    queue.acknowledge(each)
                else:
                    queue.return_to_queue(each)

        self.start(f"{name} {_named(message.body)}", work, then=then)

    def _record(self, services: Services, bodies: Any) -> bool:  # noqa: ANN401 (what its queue holds)
        batch = [
            Message(MessageId(str(n)), body, _RECORD if isinstance(body, Confirmed) else None)
            for n, body in enumerate(bodies)
        ]
        return not services.record_decisions().record(batch, services.patience).handed_back

    def _prepare(self, services: Services, letter: LetterId) -> bool:
        services.prepare_letter().prepare(letter, self.now)
        return True

    def _send(self, services: Services, letter: LetterId) -> bool:
        return services.send_letter().send(letter, self.now).value not in {"in_flight", "busy"}

    def _track(self, services: Services, notification: object) -> bool:
        services.track_delivery().track(notification)  # type: ignore[arg-type]
        return True

    def settle_down(self, by: timedelta) -> None:
        """Let all that runs come to its end, and all queues run empty, while time goes by."""
        for process in list(self.running):
            self._finish(process)
        self.go_on(by)
        for _ in range(200):
            if not self.deliver(0):
                break
            for process in list(self.running):
                self._finish(process)
            self.go_on(timedelta(minutes=3) if by else timedelta(0))
        if by:
            self.run(self.people.watch())

    # ------------------------------------------------------------------ the schedule

    def play(self) -> None:
        """Play the whole schedule, and then let a robot bring the year to its end."""
        stage = self.stage or self.chance.of(tuple(Stage))
        if stage is not Stage.CLOSING:
            self._come_to(stage)
        for _ in range(STEPS):
            self._turn(stage)
        self.faults.left, self.aws.mail.is_well = 0, True
        self.aws.table.index.catch_up()
        self.aws.table.index.lag = None
        self.happened.append("nothing fails any more")
        self.settle_down(timedelta(hours=1))
        self._reset_all()
        Robot(self.aws, self.people, self.run, self.settle_down).bring_to_an_end()
        self._reset_all()
        self.oracle.check_the_end(self.aws.mail.arrived, self.aws.mail.reported)

    def _reset_all(self) -> None:
        """Bring every case that does not stand as casework says to what it says."""
        for reference, state in sorted(self.casework.says.items()):
            if self.oracle.recorded_version(reference) != state.version:
                self.run(self.people.reset(reference))
        self.settle_down(timedelta(minutes=1))

    def _come_to(self, stage: Stage) -> None:
        """Bring the year without any fault to where the schedule begins."""
        left, self.faults.left = self.faults.left, 0
        works = [self.people.repair(), self.people.close()]
        if stage is Stage.DISPATCH:
            works += [self.people.keep_all(), self.people.approve()]
        for work in works:
            self.run(work)
            self.settle_down(timedelta(minutes=1))
        if stage is Stage.DISPATCH:
            self.go_on(_LETTERS_NOON - self.now)
        self.faults.left = left

    def _turn(self, stage: Stage) -> None:
        """Let one process go on, or somebody begin something, or time go by."""
        what = self.chance.below(16)
        if self.running and what < 12:
            self.step(self.chance.of(self.running))
        elif len(self.running) >= MOST_AT_ONCE:
            self.step(self.running[0])
        elif what == 15 and self.chance.happens(3):
            self.go_on(self.chance.of(_STRETCHES))
        elif what % 2 or not self.deliver(self.chance.below(4)):
            self._begin_something(stage)

    def _begin_something(self, stage: Stage) -> None:
        is_closed = any(pk.startswith("CLOSES#") for pk, _ in self.aws.table.items)
        name = self.chance.of(WHAT_HAPPENS[stage if is_closed else Stage.CLOSING])
        if name == "correct":
            right, wrong = self.casework.correct()
            self.decide(*right, mistyped=wrong)
        elif name == "watch" and self.casework.mistyped:
            # Who looks after the year finds that events were passed over.
            self.start("reset", self.people.reset(self.casework.mistyped[0]), is_function=False)
        elif name == "issue date":
            self.go_on(max(_LETTERS_NOON - self.now, timedelta(0)))
        else:
            work: Work = getattr(self.people, name)()
            self.start(name, work, is_function=name in _FUNCTIONS)


_LETTERS_NOON: Final = datetime(2020, 7, 22, 11, tzinfo=UTC)
_STRETCHES: Final = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(minutes=12),
    timedelta(hours=2),
    timedelta(days=4),
)
_RECORD: Final = "confirmed/decisions/1.json"
_FUNCTIONS: Final = {"close", "release", "watch"}


def _named(body: object) -> str:
    return body.tag if isinstance(body, LetterId) else str(getattr(body, "event", ""))
