"""A year whose letters have paragraphs: what the tests of preparing and reviewing begin with."""

from __future__ import annotations

from annual_review.domain.cases import ComplianceOutcome
from annual_review.domain.letters import Act
from annual_review.domain.own_performance import Family
from annual_review.services.letters.own_performance import (
    Note,
    ParagraphsKey,
    paragraphs_key,
    unreviewed_letters,
)
from annual_review.services.letters.prepare_letter import Preparation
from annual_review.services.review.load_notes import NotesReport
from annual_review.services.review.review_paragraphs import Request
from tests.builders import (
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_letter_id,
    a_register,
)
from tests.worlds import AFTER_THE_YEAR, World

ANN = Act("Ann", AFTER_THE_YEAR)
ASKED = Request(YEAR, ROCHFORD, ANN)
LATE = "late_remedies"
NOTE = Note(ROCHFORD, Family.LATE_ANSWERS, "We asked three times.")
OURS = paragraphs_key(a_letter_id())


def a_closed_world(*outcomes: ComplianceOutcome) -> World:
    """Rochford complied late, or as it is said; two letters are planned."""
    world = World(register=a_register(ROCHFORD, OTHER_DISTRICT))
    chosen = outcomes or (ComplianceOutcome.LATE,)
    world.record(
        *(
            a_compliance_outcome(f"19-{number}", outcome=outcome)
            for number, outcome in enumerate(chosen)
        )
    )
    world.close()
    list(world.to_prepare.take())
    return world


def load(world: World, *notes: Note, is_dry_run: bool = False) -> NotesReport:
    return world.load_notes().load(YEAR, notes, ANN, is_dry_run=is_dry_run)


def printed(world: World) -> tuple[str, ...]:
    """Return the paragraphs in the letter as it lies in the bucket."""
    message = world.documents.get(world.letters.get(a_letter_id()).key("eml")).decode()
    facts = [each for each in world.renderer.rendered if f"{each!r}" in message]
    return facts[-1].paragraphs


def prepare_queued(world: World) -> list[Preparation]:
    return [
        world.prepare_letter().prepare(letter, AFTER_THE_YEAR) for letter in world.to_prepare.take()
    ]


def unreviewed(world: World) -> frozenset[ParagraphsKey]:
    return unreviewed_letters(world.paragraphs.of_year(YEAR))
