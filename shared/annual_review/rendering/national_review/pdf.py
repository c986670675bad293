"""The national review as PDF."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from annual_review.rendering.forms.pdf_descriptions import described
from annual_review.rendering.forms.typesetter import Typesetter
from annual_review.rendering.national_review.document import (
    DataTable,
    Glance,
    NationalReview,
    Part,
    TableRow,
)
from annual_review.rendering.text.blocks import BulletList, Heading, Paragraph

_TEMPLATE: Final = Path(__file__).parent / "review.typ"
_SAMPLE: Final = "SAMPLE: THE FIGURES ARE INVENTED"
_ANNEX: Final = "Tables"
_PER_MILLE: Final = 1000


def print_review(review: NationalReview) -> bytes:
    """Print a review. Equal reviews give equal bytes."""
    words = {
        "title": review.title,
        "period": review.period,
        "author": review.author,
        "sample": _SAMPLE if review.is_sample else None,
        "parts": [_part(each) for each in review.parts],
        "annex_title": _ANNEX,
        "annex": [_part(each) for each in review.annex],
    }
    typeset = _typesetter().typeset(
        _TEMPLATE.stem, json.dumps(words, ensure_ascii=False), review.dated
    )
    return described(typeset, {})


@cache
def _typesetter() -> Typesetter:
    return Typesetter(_TEMPLATE)


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Heading():
            return {"kind": "heading", **asdict(part)}
        case Paragraph():
            return {"kind": "paragraph", **asdict(part)}
        case BulletList():
            return {"kind": "list", **asdict(part)}
        case Glance():
            return {"kind": "glance", **asdict(part)}
        case DataTable():
            return {"kind": "table", **asdict(part), "rows": [_row(row) for row in part.rows]}


def _row(row: TableRow) -> dict[str, Any]:
    share = row.share
    drawn = None if share is None or not share.denominator else share
    return {
        "head": row.head,
        "cells": row.cells,
        "bar": None if drawn is None else _PER_MILLE * drawn.numerator // drawn.denominator,
    }
