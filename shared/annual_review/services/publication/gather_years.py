"""Gather what may be public of years from the deployed system: frozen figures, and letters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.services.at_once import Spread, one_by_one
from annual_review.services.directory import Directory
from annual_review.services.documents import Documents, digest
from annual_review.services.errors import RefusalError
from annual_review.services.figures.closes import Close, Closes
from annual_review.services.figures.frozen_authority import (
    read_authority_record,
    read_statistics_record,
    read_tally_record,
)
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.letters.letter import Letter, LetterStore, current_letters
from annual_review.services.letters.own_performance import (
    ParagraphStore,
    paragraphs_key,
    unreviewed_letters,
)
from annual_review.services.letters.rendering import OpenMessage
from annual_review.services.publication.public_year import (
    PublicLetter,
    PublicYear,
    may_be_shown,
    public_authority,
)


class NotGatheredError(RefusalError):
    """A year can't be published as it lies there: the message says why."""


@dataclass(frozen=True, slots=True)
class GatherYears:
    """Reads years, and leaves out what may not be public.

    Attributes:
        open_message: Takes a letter out of its message.
        publication_date: The day on which a year is published.
        is_sample: Whether the figures are invented: every page says so then.
        spread: How the many documents are read.
    """

    closes: Closes
    letters: LetterStore
    paragraphs: ParagraphStore
    documents: Documents
    directory: Directory
    open_message: OpenMessage
    publication_date: Callable[[ReportingYear], date]
    is_sample: bool = False
    spread: Spread = one_by_one

    def gather(
        self, awaited: Mapping[ReportingYear, Collection[AuthorityCode]]
    ) -> tuple[PublicYear, ...]:
        """Return years, the latest first, without the authorities that are awaited in each.

        Raises:
            NotGatheredError: A year is not closed, or a letter is not the one that was sent.
            AlteredRecordError: Figures are not those that were frozen.
        """
        register = self.directory.register()
        latest_first = sorted(awaited, reverse=True)
        return tuple(self._year(year, awaited[year], register) for year in latest_first)

    def _year(
        self,
        year: ReportingYear,
        awaited: Collection[AuthorityCode],
        register: Register,
    ) -> PublicYear:
        closes = self.closes.of_year(year)
        if not closes:
            raise NotGatheredError(f"the year {year} is not closed: there is nothing to publish")
        records = FrozenRecords(self.documents, closes[-1])
        record = records.year()
        letters = self._letters(year, closes)
        all_of_them = [
            public_authority(read_authority_record(content), register, letters.get(code))
            for code, content in records.contents(spread=self.spread).items()
        ]
        return PublicYear(
            year=year,
            revision=closes[-1].revision,
            published_on=self.publication_date(year),
            authorities=tuple(each for each in all_of_them if each.authority.code not in awaited),
            pools={
                AuthorityType(type_): read_statistics_record(pool)
                for type_, pool in record["comparisons"].items()
            },
            national=read_tally_record(record["national"]["tally"]),
            is_sample=self.is_sample,
            awaited=tuple(each.authority for each in all_of_them if each.authority.code in awaited),
        )

    def _letters(
        self, year: ReportingYear, closes: Collection[Close]
    ) -> Mapping[AuthorityCode, PublicLetter]:
        unreviewed = unreviewed_letters(self.paragraphs.of_year(year))
        shown = [
            letter
            for code, letter in current_letters(self.letters.of_year(year)).items()
            if letter.id.revision >= _asked_for(code, closes)
            and may_be_shown(letter.state, paragraphs_key(letter.id) in unreviewed)
        ]
        read = self.spread(self._letter, shown)
        return {letter.id.authority: each for letter, each in zip(shown, read, strict=True)}

    def _letter(self, letter: Letter) -> PublicLetter:
        message = self.documents.get(letter.key("eml"))
        if digest(message) != letter.message_sha256:
            raise NotGatheredError(
                f"the message of letter {letter.id.tag} is not what was prepared:"
                " restore its earlier version"
            )
        documents = self.open_message(message)
        return PublicLetter(documents["pdf"], documents["html"])


def _asked_for(code: AuthorityCode, closes: Iterable[Close]) -> Revision:
    """Return the last revision that planned a letter for an authority: no earlier one counts."""
    planned = (each.revision for each in closes if each.reissues in {None, code})
    return max(planned, default=FIRST_REVISION)
