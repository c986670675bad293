"""Letters rendered by processes of their own: the same bytes and the same refusals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from annual_review.rehearsal.rendering_processes import letter_renderer
from annual_review.rendering.editions.edition import Edition, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterRenderer, UnprintableLetterError
from annual_review.services.processes import FEWEST
from tests.builders import YEAR
from tests.unit.rendering.letters import OFFICE, facts_of


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(SHIPPED_EDITIONS, YEAR)


@pytest.fixture(scope="module")
def by_processes(edition: Edition) -> Iterator[LetterRenderer]:
    with letter_renderer(edition, OFFICE, FEWEST, processes=2) as renderer:
        yield renderer


def test_a_process_renders_the_same_bytes(edition: Edition, by_processes: LetterRenderer) -> None:
    here = EditionRenderer(edition, OFFICE)

    assert not isinstance(by_processes, EditionRenderer)
    assert by_processes.render(facts_of()) == here.render(facts_of())


def test_a_letter_that_cannot_be_printed_says_why_and_does_not_stop_the_next(
    by_processes: LetterRenderer,
) -> None:
    with pytest.raises(UnprintableLetterError, match=r"U\+738B"):
        by_processes.render(facts_of(name="王"))

    assert by_processes.render(facts_of()).pdf.startswith(b"%PDF")


@pytest.mark.parametrize(("letters", "processes"), [(FEWEST - 1, 2), (FEWEST, 1)])
def test_few_letters_and_a_single_processor_have_no_processes_of_their_own(
    edition: Edition, letters: int, processes: int
) -> None:
    with letter_renderer(edition, OFFICE, letters, processes) as renderer:
        assert isinstance(renderer, EditionRenderer)
