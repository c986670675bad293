"""The letter as HTML: the body of the email, for mail clients of every age, and for the archive."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from annual_review.rendering.letter.document import LANGUAGE, Chart, LetterDocument
from annual_review.rendering.page_templates import page_templates

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Template

_WHOLE: Final = 100
_ENCODING: Final = '<meta charset="utf-8">'


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar chart: `filled`, `empty`, or the `mark` of similar authorities."""

    kind: str
    width: int


def bar_parts(chart: Chart) -> tuple[BarPart, ...]:
    """Cut a bar of 100 into the parts that a table row can show; parts without width are left out.

    The mark stands between two parts, at the percentage of the similar authorities.
    """
    percentage = chart.percentage.whole
    comparison = () if chart.comparison is None else (chart.comparison.whole,)
    parts: list[BarPart] = []
    for start, end in pairwise(sorted({0, percentage, _WHOLE, *comparison})):
        if start in comparison:
            parts.append(BarPart("mark", 0))
        parts.append(BarPart("filled" if end <= percentage else "empty", end - start))
    if _WHOLE in comparison:
        parts.append(BarPart("mark", 0))
    return tuple(parts)


class HtmlPrinter:
    """Prints letters with one template, read once. Names are escaped wherever they stand."""

    @cached_property
    def _template(self) -> Template:
        environment = page_templates()
        environment.globals["bar_parts"] = bar_parts
        environment.filters["kind"] = lambda block: type(block).__name__
        return environment.get_template("letter.html.j2")

    @cached_property
    def _inliner(self) -> CSSInliner:
        from css_inline import CSSInliner

        return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

    def print(self, document: LetterDocument) -> str:
        """Print one letter as a whole page; every rule of its style stands on the elements."""
        words: dict[str, Any] = {"letter": document, "language": LANGUAGE}
        inlined = self._inliner.inline(self._template.render(words)) + "\n"
        # The rules that stay in the page are put first; how it is encoded has to stand before them.
        before, encoding, after = inlined.partition(_ENCODING)
        return before.replace("<head>", f"<head>\n{encoding}", 1) + after.lstrip()
