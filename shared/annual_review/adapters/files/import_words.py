"""Why a line of a file of events can't be used, in the words of whoever keeps the file.

Reasons are for dead letters and logs: a code and a place, and nothing of what an event says. Here
the column and its value are named too, since the file is in the reader's own hands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from annual_review.adapters.files.input_files import shown, visible
from annual_review.domain.cases import ComplianceOutcome, DecisionOutcome, Subject

_LONGEST: Final = 60
_DAY: Final = "is not a day written as 2019-11-05, between 1974 and 2999"
_CODE: Final = "is not a code: letters, digits, - and _ only, 20 at most"
_TEXT: Final = "is not a text of 1 to 2,000 characters"
_FIELDS: Final[Mapping[str, str]] = {
    "schema_version": "is not 1, the only version of the contract",
    "case_reference": "is not a reference: letters, digits, spaces and . / _ - only, 64 at most",
    "version": "is not a whole number from 1, without quotes",
    "authority": _CODE,
    "previous_authorities": _CODE,
    "recorded_at": "is not a time written as 2019-11-05T10:00:00Z, between 1974 and 2999",
    "decided_on": _DAY,
    "recorded_on": _DAY,
    "withdrawn_on": _DAY,
    "outcome": f"is none of: {', '.join([*DecisionOutcome, *ComplianceOutcome])}",
    "subject": f"is none of: {', '.join(Subject)}",
    "satisfactory_remedy": "is neither true nor false",
    "service_improvements": f"{_TEXT}, in a list",
    "public_report": _TEXT,
    "reason": _TEXT,
}
_WHOLE_LINE: Final[Mapping[str, str]] = {
    "too_large": "is larger than the event bus takes: 256 KB at most",
    "not_json": "is not one event in JSON: begin a line for each, and end it with the event",
    "not_utf8": "is not UTF-8: save the file as UTF-8",
    "wrong_envelope": 'needs "source": "ombudsman.casework", "detail-type" and "detail"',
    "unknown_type": '"detail-type" is not Decision Recorded, Decision Withdrawn or'
    " Compliance Recorded",
}
_BY_FIELD: Final[Mapping[str, tuple[str, str]]] = {
    "unknown_authority": ("authority", "is not in the register"),
    "before_authority_existed": ("authority", "did not exist yet on that day, says the register"),
    "remedy_without_upheld": (
        "satisfactory_remedy",
        "belongs to an upheld decision, and this one is not",
    ),
    "version_contradicts": (
        "version",
        "is there already, and says something else of the case: give the later state the next one",
    ),
    "implausible_version": (
        "version",
        "lies more than 1,000 above the one before: give the next version",
    ),
    "authority_changed": (
        "authority",
        "is not that of the version before: if the case has moved, previous_authorities names it",
    ),
}

_BY_PLACE: Final[Mapping[str, str]] = {
    "missing_field": "is missing",
    "dated_after_recorded": "lies after the day on which it was recorded",
}

ColumnOf = Callable[[str], str | None]
"""Returns the column that a field of an event comes from; `None` where there is none."""


def no_column(_field: str) -> None:
    """Return the column of a field in JSON, which has none."""


def in_words(reason: str, text: str | None, column: ColumnOf = no_column) -> str:
    """Say why an event can't be used; the reason as it is, where there are no better words.

    `text` is the event as it would be published.
    """
    code, _, where = reason.partition(": ")
    if where.startswith("detail ("):
        code = "wrong_envelope"
    if code in _WHOLE_LINE:
        return _WHOLE_LINE[code]
    path = where.partition(" (")[0].removeprefix("detail.").split(".")
    if code in _BY_FIELD:
        field, what = _BY_FIELD[code]
        path = [field]
    elif code in _BY_PLACE:
        what = _BY_PLACE[code]
    elif code == "invalid_field" and path[0] in _FIELDS:
        what = _FIELDS[path[0]]
    else:
        return reason
    value = _value(_detail(text), path)
    name = column(path[0]) or path[0]
    if code == "missing_field":
        return f"{name}: {what}"
    if value == "":
        return f"{name}: is empty"
    if not isinstance(value, str):
        return f"{name}: {json.dumps(value)[:_LONGEST]} {what}"
    return f"{name}: {_invisible_in(value) or f'{shown(value)} {what}'}"


def _detail(text: str | None) -> object:
    try:
        return json.loads(text or "{}").get("detail", {})
    except (ValueError, AttributeError, RecursionError):
        return {}


def _value(detail: object, path: Sequence[str]) -> object:
    value = detail
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
    return value


def _invisible_in(text: str) -> str:
    try:
        visible(text)
    except ValueError as error:
        return str(error)
    return ""
