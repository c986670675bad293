"""Rendering letters with WeasyPrint, from the HTML that is sent. Runs in an environment of its own.

Run as a program, with the folder that `letters` has filled.
"""

from __future__ import annotations

import sys
from pathlib import Path

from weasyprint import HTML

from infrastructure.bench.serving import serve


def main(folder: Path) -> None:
    """Serve this way."""
    pages = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.html"))]
    serve(pages, lambda page: HTML(string=page).write_pdf())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
