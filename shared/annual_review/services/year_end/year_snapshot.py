"""A snapshot of a year: what is known when somebody asks what to do, and how to say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from annual_review.domain.authorities import AuthorityCode, first_named, named
from annual_review.domain.figures import YearFigures
from annual_review.domain.letters import LetterId, LetterState
from annual_review.domain.publication.history import PublicationStep
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.advised_commands import Command
from annual_review.services.dispatch.mail_mode import MailMode
from annual_review.services.dispatch.sending_stops import SendingStep
from annual_review.services.figures.today.changed_figures import changed_since
from annual_review.services.letters.letter import Letter
from annual_review.services.letters.own_performance import ParagraphsKey
from annual_review.services.wording import day_of
from annual_review.services.year_end.year_phases import YearRead


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: a sentence, and the commands for it in their order."""

    say: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class YearSnapshot:
    """What is known of a year at one moment, `at` in Europe/London.

    `issue_date` and `publication_day` are `None` where the year has no edition: `nearest_edition`
    is then the one to copy. `dead_letters` counts the messages of each queue, by name. The queues
    of the `stopped` functions are not worked on. Of the
    `unreviewed` letters nobody has reviewed a proposed paragraph. The `misaddressed` letters were
    prepared for others than those who receive them by now. `only` is the one authority that
    is asked about, if not the whole year. `today` are the figures as they stand now, whatever is
    frozen; `None` where nobody read them. Nothing is published
    of the `challenged`, whose challenge is open. `publication` is the last step of the year's.
    `stop` is why no letter is sent, where sending was stopped.
    """

    read: YearRead
    at: datetime
    issue_date: date | None = None
    publication_day: date | None = None
    nearest_edition: ReportingYear | None = None
    approval_required: bool = True
    mail_mode: MailMode = MailMode.LIVE
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    stopped: Sequence[str] = ()
    unreviewed: Collection[ParagraphsKey] = ()
    misaddressed: Collection[LetterId] = ()
    challenged: Sequence[AuthorityCode] = ()
    publication: PublicationStep | None = None
    only: AuthorityCode | None = None
    today: YearFigures | None = None
    stop: SendingStep | None = None

    @property
    def changed(self) -> Sequence[AuthorityCode]:
        """The authorities asked about whose figures have changed since they were frozen."""
        if self.today is None or not self.read.is_closed:
            return ()
        changed = changed_since(self.read.frozen, self.today)
        return [code for code in changed if self.only in {None, code}]

    @property
    def all_names(self) -> Mapping[AuthorityCode, str]:
        """The authorities by code: as the frozen figures call them, the others as today's do."""
        today = self.today.authorities if self.today else ()
        names = {each.authority.code: each.authority.name for each in today}
        return {**names, **self.read.names}

    @property
    def letters(self) -> Sequence[Letter]:
        """The letters that are asked about."""
        return [each for each in self.read.letters if self.only in {None, each.id.authority}]

    def in_state(self, *states: LetterState) -> Sequence[Letter]:
        """Return those of them that are in one of some states."""
        return [letter for letter in self.letters if letter.state in states]

    @property
    def may_release(self) -> bool:
        """Whether letters may be released."""
        return self.issue_date is not None and self.at.date() >= self.issue_date

    @property
    def is_past_publication(self) -> bool:
        """Whether the publication day has come."""
        return self.publication_day is not None and self.at.date() >= self.publication_day

    def name(self, code: AuthorityCode) -> str:
        """Return an authority as sentences name it."""
        return named(code, self.read.names)

    def names(self, codes: Sequence[AuthorityCode]) -> str:
        """Name the first few authorities, and say how many more there are."""
        return first_named(codes, self.all_names)

    def subject(self, letters: Sequence[Letter], one: str = "was", many: str = "were") -> str:
        """Return "The letter of Rochford District Council (E07000075) was" or "12 letters were"."""
        if len(letters) == 1:
            return f"The letter of {self.name(letters[0].id.authority)} {one}"
        return f"{len(letters):,} letters {many}"

    def letters_of(self, letters: Sequence[Letter]) -> str:
        """Return "the letters of" and their authorities."""
        whose = self.names([each.id.authority for each in letters])
        return f"the {it(letters, 'letter', 'letters')} of {whose}"

    def for_all(self, command: Command) -> Command:
        """Return a command on all letters, or on the one that is asked about."""
        return command.with_(only=self.only)

    @property
    def release(self) -> Command:
        """The command that releases what may go."""
        return self.for_all(Command.of("release", self.read.year))

    @property
    def issue_date_in_words(self) -> str:
        """The issue date in words."""
        return "the issue date" if self.issue_date is None else day_of(self.issue_date)


def it(letters: Sequence[Letter], one: str = "it", many: str = "them") -> str:
    """Return the word for one letter or the word for several."""
    return one if len(letters) == 1 else many


def why_so(letter: Letter) -> str:
    """Return why a letter is in its present state; what was only noted in it is left out."""
    lines = [*takewhile(lambda each: each.state is letter.state, reversed(letter.history))]
    return next((each for each in lines if not each.is_remark), lines[-1]).why
