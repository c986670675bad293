"""Rendering letters with WeasyPrint, from the HTML that is sent. Runs in an environment of its own.

Run as a program, with the folder that `letters` has filled.
"""

from __future__ import annotations

import sys
from pathlib import Path

from weasyprint import CSS, HTML

from infrastructure.bench.serving import serve


def main(folder: Path) -> None:
    """Serve this way."""
    # Mail clients may break long words anywhere. WeasyPrint takes six times as long where it may,
    # which would flatter us: it is compared without.
    unbroken = CSS(string="* { overflow-wrap: normal !important; word-break: normal !important; }")
    pages = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.html"))]
    serve(pages, lambda page: HTML(string=page).write_pdf(stylesheets=[unbroken]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
