"""Strategies over the published JSON Schemas: details that are valid, and details that are not.

They know the keywords that the schemas use and refuse others, so that a schema which grows is not
half understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from annual_review.adapters.events import event_schemas

Schema: TypeAlias = Mapping[str, Any]

SCHEMAS: Final[dict[str, Any]] = {
    "Decision Recorded": event_schemas()["decision-recorded.v1.json"],
    "Decision Withdrawn": event_schemas()["decision-withdrawn.v1.json"],
    "Compliance Recorded": event_schemas()["compliance-recorded.v1.json"],
}
"""The schema of each event's detail, by the kind of event."""

_ANNOTATIONS: Final = {"title", "description", "default", "$schema", "$defs"}
_NEAR: Final = st.dates(date(1970, 1, 1), date(2040, 1, 1))
_DAYS: Final = (_NEAR | st.dates()).map(str)
_MOMENTS: Final = st.tuples(_DAYS, st.times()).map(lambda each: f"{each[0]}T{each[1]}Z")


def details(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Any detail of a kind that its schema allows, now and then with a field nobody knows yet."""
    schema = SCHEMAS[kind]
    sound = _values(schema, schema.get("$defs", {}))
    return st.tuples(sound, st.booleans()).map(
        lambda each: each[0] | ({"of_a_later_version": [1]} if each[1] else {})
    )


def _values(schema: Schema, definitions: Mapping[str, Schema]) -> st.SearchStrategy[Any]:
    asked = {name: value for name, value in schema.items() if name not in _ANNOTATIONS}
    match asked:
        case {"$ref": str(name), **rest} if not rest:
            return _values(definitions[name.removeprefix("#/$defs/")], definitions)
        case {"anyOf": several, **rest} if not rest:
            return st.one_of([_values(each, definitions) for each in several])
        case {"type": "array", "items": items, "maxItems": most, **rest} if not rest:
            return st.lists(_values(items, definitions), max_size=min(most, 3))
        case {"type": "object", "properties": fields, "required": required, **rest} if not rest:
            every = {name: _values(each, definitions) for name, each in fields.items()}
            optional = {name: value for name, value in every.items() if name not in required}
            return st.fixed_dictionaries(
                {name: every[name] for name in required}, optional=optional
            )
    return _scalars(asked)


def _scalars(asked: Schema) -> st.SearchStrategy[Any]:  # noqa: PLR0911 (one for each type)
    match asked:
        case {"enum": values, "type": "string", **rest} if not rest:
            return st.sampled_from(values)
        case {"type": "integer", "minimum": least, "maximum": most, **rest} if not rest:
            return st.integers(least, most)
        case {"type": "boolean", **rest} if not rest:
            return st.booleans()
        case {"type": "null", **rest} if not rest:
            return st.none()
        case {"type": "string", "format": kind, **rest} if not rest:
            return {"date": _DAYS, "date-time": _MOMENTS}[kind]
        case {"type": "string", "pattern": pattern, "minLength": 1, "maxLength": most, **rest} if (
            not rest
        ):
            return _free_texts(pattern).map(lambda text: text[:most])
        case {"type": "string", "pattern": pattern, **rest} if not rest:
            # `$` of Python lets a line end in a newline; that of JSON Schema does not.
            return st.from_regex(pattern.removesuffix("$") + r"\Z")
    raise NotImplementedError(f"a schema may say {asked} now: say what that allows")


def _free_texts(pattern: str) -> st.SearchStrategy[str]:
    """Texts of any characters but those that the pattern excludes, now and then long ones."""
    any_sign = st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\n\r")
    allowed = any_sign.filter(re.compile(pattern).search)
    return st.text(allowed, min_size=1, max_size=20) | allowed.map(lambda each: each * 2500)


_SCALARS: Final = (None, True, 0, -1, 1.5, "", "1", "true", "2019-02-30", "\x00", "x" * 2001)
_WRONG: Final = st.sampled_from([*_SCALARS, [], ["x"], {}, {"a": 1}])


@st.composite
def spoilt_details(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A detail with one to three fields lost or put wrong; it may be valid all the same."""
    detail = deepcopy(draw(details(kind)))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(SCHEMAS[kind]["properties"])))
        if draw(st.booleans()):
            detail.pop(name, None)
        else:
            detail[name] = draw(_WRONG)
    return json.loads(json.dumps(detail))  # type: ignore[no-any-return]
