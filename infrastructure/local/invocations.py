"""The sample invocations of all functions, in the order of a year: each works on those before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from infrastructure.local.project import ROOT

FUNCTIONS: Final = (
    "record_decisions",
    "close_year",
    "prepare_letter",
    "release_letters",
    "send_letter",
    "track_delivery",
    "watch_letters",
    "publish_year",
)
_SAMPLES: Final = ROOT / "events" / "invocations"


def sample(function: str) -> dict[str, Any]:
    """Return what a function is called with in its sample."""
    event: dict[str, Any] = json.loads((_SAMPLES / f"{function}.json").read_text(encoding="utf-8"))
    return event


def before(function: str) -> Sequence[str]:
    """Return the functions whose samples make what the sample of a function works on."""
    return FUNCTIONS[: FUNCTIONS.index(function)]


def variables_of_samples() -> Mapping[str, Mapping[str, str]]:
    """Return the environments that are shipped for `sam local`, by the function's logical id."""
    variables: Mapping[str, Mapping[str, str]] = json.loads(
        (_SAMPLES / "env.json").read_text(encoding="utf-8")
    )
    return variables


def logical_id(function: str) -> str:
    """Return what the template calls the function of a folder."""
    return "".join(word.capitalize() for word in function.split("_"))
