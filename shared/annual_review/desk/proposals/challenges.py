"""Challenges of authorities to their figures: written down, and answered."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.desk.acts import Link, Outcome, Row
from annual_review.desk.desk import Desk
from annual_review.desk.pages import room_path
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.challenges import Answer, Challenge, Verdict
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.progress import Progress


@dataclass(frozen=True, slots=True)
class NoteChallenge:
    """Write down that an authority objects: `objector` is who of it, `text` to what."""

    desk: Desk
    year: ReportingYear
    authority: AuthorityCode
    objector: str
    text: str
    back: str
    title: str = "Note the challenge"

    def plan(self) -> Outcome:
        """Say what would be noted, and what that keeps back."""
        self.desk.system.keep_challenges().check_letter(self.year, self.authority)
        name = self.desk.spoken(self.authority)
        row = Row(name, self.text, f"from {self.objector}")
        what = "Nothing about the authority is published until the challenge is answered."
        return Outcome(f"A challenge by {name} would be noted. {what}", [row])

    def carry_out(self, _step: Progress) -> Outcome:
        """Note it."""
        challenge = self.desk.system.keep_challenges().add(
            self.year, self.authority, self.objector, self.text, self.desk.act()
        )
        name = self.desk.spoken(self.authority)
        return Outcome(
            f"Challenge {challenge.number} of {name} is noted.",
            [_row(self.desk, challenge)],
            then="if the figures stand, answer that they do; if they are wrong, correct the cases,"
            " re-issue the letter, then answer with its revision",
        )


@dataclass(frozen=True, slots=True)
class AnswerChallenge:
    """Answer a challenge; without a revision, the figures stand, and the reason says why."""

    desk: Desk
    year: ReportingYear
    authority: AuthorityCode
    number: int
    reason: str
    revision: Revision | None
    back: str
    title: str = "Answer the challenge"

    def plan(self) -> Outcome:
        """Say which would be answered, and how."""
        challenge = self._give(is_dry_run=True)
        return Outcome(
            f"Challenge {self.number} of {self.desk.spoken(self.authority)} would be answered:"
            f" {self._verdict.value}.",
            [_row(self.desk, challenge)],
        )

    def carry_out(self, _step: Progress) -> Outcome:
        """Answer it."""
        challenge = self._give(is_dry_run=False)
        return Outcome(
            f"Challenge {challenge.number} of {self.desk.spoken(self.authority)} is answered:"
            f" {self._verdict.value}.",
            [_row(self.desk, challenge)],
            then="stage the publication again",
            further=[Link(room_path(self.year, "publication"), "Publication")],
        )

    @property
    def _verdict(self) -> Verdict:
        return Verdict.UNCHANGED if self.revision is None else Verdict.CHANGED

    def _give(self, *, is_dry_run: bool) -> Challenge:
        act = self.desk.act(self.reason)
        answer = Answer(self._verdict, act.by, act.at, act.reason, self.revision)
        service = self.desk.system.keep_challenges()
        return service.answer(self.year, self.authority, answer, self.number, is_dry_run=is_dry_run)


def _row(desk: Desk, challenge: Challenge) -> Row:
    return Row(
        f"{desk.spoken(challenge.authority)}, {challenge.number}",
        challenge.text,
        f"from {challenge.by}",
    )
