"""`make reference`: writes the pages of `docs/` that are made from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from annual_review.cli.app import app
from annual_review.console import EXIT_CODES
from infrastructure.reference.commands import commands_page
from infrastructure.reference.costs import costs_page
from infrastructure.reference.metrics import metrics_page
from infrastructure.reference.table import table_page
from infrastructure.supply.licences import licences_page

ROOT: Final = Path(__file__).resolve().parents[2]


def pages() -> dict[Path, str]:
    """Return every page that is made from the code, by where it is kept."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = commands_page(app, "annual-review", readme, EXIT_CODES)
    docs = ROOT / "docs"
    return {
        docs / "commands.md": page,
        docs / "table.md": table_page(ROOT),
        docs / "metrics.md": metrics_page(ROOT),
        docs / "costs.md": costs_page(ROOT),
        docs / "licences.md": licences_page(ROOT / "shared" / "requirements.txt"),
    }


def main() -> None:
    """Write the pages."""
    for path, page in pages().items():
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
