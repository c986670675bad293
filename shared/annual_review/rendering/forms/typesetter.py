"""The typesetter: templates and their words in, PDF/A-2a and PDF/UA-1 out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final, cast
from weakref import finalize

if TYPE_CHECKING:
    from typst import PDFStandard

_FOLDER: Final = Path(__file__).parent
_SHARED: Final = ("charts.typ", "colours.typ")
_FONTS: Final = _FOLDER / "fonts"
_STANDARDS: Final[tuple[PDFStandard, ...]] = ("a-2a", "ua-1")


class Typesetter:
    """Typst with templates and the letter's fonts, for one document at a time."""

    def __init__(self, *templates: Path) -> None:
        """Make a folder for the templates and their words, removed with this object."""
        from typst import Compiler, Fonts

        self._desk = Path(mkdtemp(prefix="annual-review-"))
        finalize(self, rmtree, self._desk, ignore_errors=True)
        for source in (*templates, *(_FOLDER / name for name in _SHARED)):
            copyfile(source, self._desk / source.name)
        # No font of the machine may slip in: the same letter has the same bytes everywhere.
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
        self._compiler = Compiler(root=self._desk, font_paths=fonts)

    def typeset(self, template: str, words: str, dated: date) -> bytes:
        """Typeset a template with its words, which go in as a file.

        Typst could take them as an input too, but then lays out everything again.
        """
        path = self._desk / f"{template}.json"
        # A file that is overwritten goes to the disk at once on ext4, which takes 2 ms.
        path.unlink(missing_ok=True)
        path.write_text(words, encoding="utf-8")
        pdf = self._compiler.compile(
            self._desk / f"{template}.typ",
            format="pdf",
            pdf_standards=list(_STANDARDS),
            timestamp=datetime.combine(dated, time(), tzinfo=UTC),
        )
        # A list would be the pages of pictures.
        return cast("bytes", pdf)
