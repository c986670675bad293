"""What a terminal has room for: wrapped at its width, cut at its height, and told what is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Fitted:
    """Parts from above, as far as there is room; the last lines belong to the footer."""

    parts: Sequence[RenderableType]
    footer: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render as many lines as the terminal has, whatever wrapping the console is set to."""
        wrapped = options.update(no_wrap=False, overflow="fold", height=None)
        lines = console.render_lines(Group(*self.parts), wrapped, pad=False)
        footer = console.render_lines(self.footer, wrapped, pad=False)
        room = (options.height or console.height) - len(footer)
        if len(lines) > room:
            told = console.render_lines(_cut(len(lines) - room + 1), wrapped, pad=False)
            kept = max(0, room - len(told))
            told = console.render_lines(_cut(len(lines) - kept), wrapped, pad=False)
            lines = [*lines[:kept], *told]
        for line in (*lines, *footer):
            yield from line
            yield Segment.line()


def _cut(count: int) -> Text:
    lines = "line" if count == 1 else "lines"
    return Text(f"… {count} more {lines}; without --watch all are shown", style="dim")
