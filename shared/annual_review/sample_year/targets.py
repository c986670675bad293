"""What the sample year must look like: known figures, and assumptions where nothing is known."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from annual_review.domain.authorities import AuthorityCode, AuthorityType
from annual_review.domain.cases import DecisionOutcome, Subject

Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]
_EmptyIsUnknown = BeforeValidator(lambda cell: None if cell == "" else cell)
OptionalCount = Annotated[Count | None, _EmptyIsUnknown]
OptionalPercent = Annotated[Percent | None, _EmptyIsUnknown]


class UnreachableTargetsError(ValueError):
    """No whole numbers meet these targets; the message says which one fails."""


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedFigures(_Given):
    """One row of `published.csv`: figures of one authority's real letter, `None` where unknown."""

    code: AuthorityCode
    authority: str
    type: AuthorityType
    investigations: Count
    upheld: Count
    uphold_percent: OptionalPercent
    uphold_average: OptionalPercent
    compliance_outcomes: OptionalCount
    compliance_percent: OptionalPercent
    compliance_average: OptionalPercent
    remedies: OptionalCount
    remedy_percent: OptionalPercent
    remedy_average: OptionalPercent
    published_in: str

    @model_validator(mode="after")
    def _each_is_part_of_the_one_before(self) -> PublishedFigures:
        if not (self.remedies or 0) <= self.upheld <= self.investigations:
            raise ValueError(f"more remedies than upheld, or upheld than investigated: {self.code}")
        return self


class NationalFigures(_Given):
    """Known of all authorities together. Compliance is known to one decimal: 994 is 99.4%."""

    decisions: Count
    uphold_percent: Percent
    remedy_percent: Percent
    compliance_permille: Annotated[int, Field(ge=0, le=1000)]


class KnownComparison(_Given):
    """Percentages known of one authority type, `None` where unknown."""

    uphold_percent: Percent | None = None
    compliance_percent: Percent | None = None
    remedy_percent: Percent | None = None


class Known(_Given):
    """What was published of the year, and where.

    `is_exact` asks for its percentages to the last case. Those of a made-up year are approximate.
    """

    source: str
    is_exact: bool = True
    national: NationalFigures
    comparisons: Mapping[AuthorityType, KnownComparison]

    def comparison(self, type_: AuthorityType) -> KnownComparison:
        """Return what is known of a type, be it nothing."""
        return self.comparisons.get(type_, KnownComparison())


class Volume(_Given):
    """How many decisions a type of authorities gets, and how many of them investigations."""

    decisions: Count
    investigations: Count


class Assumed(_Given):
    """What nobody published: chosen to look like such a year. Outcomes and subjects are weights."""

    compliance_outcomes_percent: Percent
    late_percent: Percent
    volumes: Mapping[AuthorityType, Volume]
    outcomes: Mapping[DecisionOutcome, Count]
    subjects: Mapping[AuthorityType, Mapping[Subject, Count]]


class Targets(_Given):
    """All that the sample year is measured against."""

    known: Known
    assumed: Assumed

    @model_validator(mode="after")
    def _volumes_make_the_national_number(self) -> Targets:
        if any(type_ not in self.assumed.volumes for type_ in AuthorityType):
            raise ValueError("the assumed volumes leave out an authority type")
        decisions = sum(volume.decisions for volume in self.assumed.volumes.values())
        if decisions != self.known.national.decisions:
            raise ValueError(
                f"the assumed volumes add up to {decisions} decisions,"
                f" {self.known.national.decisions} are known"
            )
        return self


def read_targets(path: Path) -> Targets:
    """Read `targets.toml`.

    Raises:
        ValueError: The file is not TOML or says something else than targets.
    """
    return Targets.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def read_published(path: Path) -> dict[AuthorityCode, PublishedFigures]:
    """Read `published.csv`: published figures by authority.

    Raises:
        ValueError: A cell is not what its column holds.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [PublishedFigures.model_validate(row) for row in csv.DictReader(lines)]
    return {row.code: row for row in rows}
