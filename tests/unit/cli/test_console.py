"""What comes from outside is shown, and never obeyed."""

from __future__ import annotations

import pytest
from rich.text import Text

from annual_review.console import out, show_list, show_table, warn
from annual_review.views.table import Table

TITLE = "\x1b]0;owned\x07\x9b2J\r\x00"
SHOWN = "\N{SYMBOL FOR ESCAPE}]0;owned"


def test_a_terminal_takes_no_order_from_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_list(Table(f"of {TITLE}", ("authority", TITLE), [("E07000075", f"{TITLE}end")]))
    show_table("Letters", [("message", TITLE)])
    warn(f"{TITLE} was refused")
    out.print(Text(TITLE))

    said = "".join(capsys.readouterr())

    assert said.count(SHOWN) == 6
    assert f"{SHOWN}\N{SYMBOL FOR BELL}\N{REPLACEMENT CHARACTER}2J" in said
    assert not set(said) & (set(map(chr, [*range(32), *range(0x7F, 0xA0)])) - {"\n"})
