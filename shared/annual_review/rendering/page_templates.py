"""The templates of pages: names are escaped wherever they stand, and no value may be missing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

SHARED: Final = Path(__file__).parent / "templates"
"""What pages of several kinds are made of, beside the pages that need nothing else."""


def palette() -> str:
    """Return the colours of every page, in light and dark, as a style sheet."""
    return (SHARED / "palette.css").read_text(encoding="utf-8")


def templates_in(*folders: Path) -> Environment:
    """Return the templates in folders, of which the first that has a name counts."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment


@cache
def page_templates() -> Environment:
    """Return the templates that lie beside this module, compiled once, to be filled by name."""
    return templates_in(SHARED)
