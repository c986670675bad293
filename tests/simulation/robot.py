"""A person who knows nothing but `annual-review status`, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.year_phases import YearPhase
from annual_review.services.dispatch.release_letters import misaddressed
from annual_review.services.letters.own_performance import unreviewed_letters
from annual_review.services.year_end.next_steps import next_steps
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot
from tests.advice import words_of
from tests.builders import YEAR
from tests.simulation.people import People, Work
from tests.simulation.wiring import ISSUE_DATE, Aws, Services

MOST_ROUNDS: Final = 60
"""More rounds than any year needs that is going anywhere."""

_ONLY_TO_LOOK: Final = {"status", "doctor", "report", "hold", "review", "preview"}
_AFTER_THE_LETTERS: Final = {"publish", "challenge"}
"""What comes when a simulated year is over."""


@dataclass
class Robot:
    """Follows `status` until the year is complete and nothing is left to do."""

    aws: Aws
    people: People
    run: Callable[[Work], object]
    """Runs one process to its end."""
    settle_down: Callable[[timedelta], None]
    """Lets time go by, and everything happen that happens by itself."""

    def bring_to_an_end(self) -> None:
        """Do what status says, round by round.

        Raises:
            AssertionError: It led nowhere.
        """
        said: list[str] = []
        for _ in range(MOST_ROUNDS):
            snapshot = self._snapshot()
            steps = next_steps(snapshot)
            if self._is_done(snapshot, steps):
                return
            said = [f"{step.say} {step.commands}" for step in steps]
            done = [self._follow(step) for step in steps]
            # Where nothing is to be done, it waits for what happens by itself.
            self.settle_down(timedelta(hours=2) if any(done) else timedelta(days=5))
        raise AssertionError("status leads nowhere:\n" + "\n".join(said))

    def _is_done(self, snapshot: YearSnapshot, steps: object) -> bool:
        if snapshot.read.proven_phase.phase is not YearPhase.COMPLETE:
            return False
        asked = [step for step in next_steps(snapshot) if _commands(step)]
        return not asked and steps is not None

    def _snapshot(self) -> YearSnapshot:
        found: list[YearSnapshot] = []

        def look(services: Services) -> None:
            read = services.phases.read(YEAR)
            unreviewed = unreviewed_letters(services.paragraphs.of_year(YEAR))
            found.append(
                YearSnapshot(
                    read,
                    self.people.now(),
                    ISSUE_DATE,
                    date(2020, 7, 29),
                    approval_required=self.aws.approval_required,
                    dead_letters=self.aws.dead_letters(),
                    unreviewed=unreviewed,
                    misaddressed=misaddressed(read.letters, ISSUE_DATE, services.directory),
                    stop=services.sending_stops().record(YEAR).stop,
                )
            )

        self.run(look)
        return found[0]

    def _follow(self, step: NextStep) -> bool:
        """Do what a step says, if that is anything."""
        words = _commands(step)
        if words and words[0][0] == "settle" and words[0][3] == "spoken-to":
            self.run(self.people.speak_to(AuthorityCode(words[0][2])))
            return True
        dealing = [AuthorityCode(each[2]) for each in words if "dealt-with" in each]
        if dealing and self.people.chance.happens(3):
            self.run(self.people.deal_with(dealing[0]))
            return True
        words = [each for each in words if "dealt-with" not in each]
        settling = [AuthorityCode(each[2]) for each in words if each[0] == "settle"]
        resending = [each for each in words if each[0] == "resend"]
        if settling and (not resending or self.people.has_arrived(settling[0])):
            # Which of the findings is true, a person finds out.
            self.run(self.people.settle(settling[0]))
            resending = []
        words = [each for each in words if each[0] not in {"settle", "resend"}] + resending
        for verb, *arguments in words:
            self._do(verb, arguments)
        return bool(settling or words)

    def _do(self, verb: str, arguments: list[str]) -> None:
        people = self.people
        only: tuple[AuthorityCode, ...] = ()
        if "--only" in arguments:
            only = (AuthorityCode(arguments[arguments.index("--only") + 1]),)
        match verb:
            case "close":
                # The dry run tells every reason: a tally that differs from its cases is repaired.
                self.run(people.repair() if "--dry-run" in arguments else people.close())
            case "dead-letters":
                self.aws.replay()
            case "prepare":
                self.run(people.prepare(only))
            case "approve":
                self.run(people.read_letters())
                self.run(people.approve(only))
            case "paragraphs":
                self.run(people.keep_all())
            case "release":
                self.run(people.resume() if "--resume" in arguments else people.release())
            case "unhold":
                self.run(people.unhold(AuthorityCode(arguments[1])))
            case "resend":
                self.run(people.resend(AuthorityCode(arguments[1])))
            case _:
                raise AssertionError(f"status says {verb} {arguments}")


def _commands(step: NextStep) -> list[list[str]]:
    """Return the commands of a step that change something, as words."""
    words = [each.split() for each in words_of(step)]
    return [each for each in words if each[0] not in _ONLY_TO_LOOK | _AFTER_THE_LETTERS]
