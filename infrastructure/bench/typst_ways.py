"""Rendering letters with typst: bare, through the project's printer, and with all its forms.

Run as a program, with the name of the way and the folder that `letters` has filled.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.editions.edition import Edition, load_edition
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.rendering.forms import pdf
from annual_review.rendering.forms.pdf import PdfPrinter
from annual_review.rendering.letter.compose import compose
from annual_review.rendering.renderer import EditionRenderer
from annual_review.services.letters.rendering import LetterFacts
from infrastructure.bench.serving import serve

FACTS: Final = "facts.pickle"
EDITION: Final = "edition.json"
OFFICE: Final = "annual.letters@ombudsman.example"
TEMPLATES: Final = Path(pdf.__file__).parent


def main(arguments: Sequence[str]) -> None:
    """Serve one way."""
    way, folder = arguments
    WAYS[way](Path(folder))


def bare(folder: Path) -> None:
    """Nothing but the typesetter: the words of each letter lie ready for the template."""
    from typst import Compiler, Fonts

    fonts = Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[TEMPLATES / "fonts"]
    )
    compiler = Compiler(root=folder, font_paths=fonts)
    timestamp = datetime.combine(_edition(folder).letter_date, time(), tzinfo=UTC)
    template, words = folder / "letter.typ", folder / "letter.json"

    def render(letter: bytes) -> None:
        words.write_bytes(letter)
        compiler.compile(
            template, format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=timestamp
        )

    serve([file.read_bytes() for file in sorted(folder.glob("words-*.json"))], render)


def printer(folder: Path) -> None:
    """Compose each letter from its facts, and print it."""
    edition, kept = _edition(folder), PdfPrinter()
    serve(_facts(folder), lambda facts: kept.print(compose(edition, facts)))


def renderer(folder: Path) -> None:
    """Render each letter as it is prepared: PDF, HTML, text and the message that is sent."""
    serve(_facts(folder), EditionRenderer(_edition(folder), OFFICE).render)


def read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Make a mapping read-only again, as the facts hold it."""
    return MappingProxyType(mapping)


def _edition(folder: Path) -> Edition:
    year = json.loads((folder / EDITION).read_text(encoding="utf-8"))
    return load_edition(SHIPPED_EDITIONS, ReportingYear(year))


def _facts(folder: Path) -> Sequence[LetterFacts]:
    # Nobody else has written it: the folder is made for this measurement.
    facts: Sequence[LetterFacts] = pickle.loads((folder / FACTS).read_bytes())  # noqa: S301
    return facts


WAYS: Final[dict[str, Callable[[Path], None]]] = {
    "bare": bare,
    "printer": printer,
    "renderer": renderer,
}

if __name__ == "__main__":
    main(sys.argv[1:])
