"""What the values of the template come to in the tests' account."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.integration.permissions.names import REFS, arn_of
from tests.template.deployed import Deployed


def resolved(deployed: Deployed, value: Any) -> Any:  # noqa: ANN401 - any part of a template
    """Return a value with its functions carried out, at any depth.

    Raises:
        KeyError: It names something that is not known here.
    """
    match value:
        case dict() if value and set(value) <= set(_FUNCTIONS):
            ((function, given),) = value.items()
            return _FUNCTIONS[function](deployed, given)
        case dict():
            return {key: resolved(deployed, each) for key, each in value.items()}
        case list():
            return [resolved(deployed, each) for each in value if not _is_left_out(deployed, each)]
        case _:
            return value


def _is_left_out(deployed: Deployed, value: Any) -> bool:  # noqa: ANN401
    match value:
        case {"Fn::If": [condition, one, other]}:
            holds = deployed.evaluated({"Condition": condition}, REFS)
            return _is_left_out(deployed, one if holds else other)
        case _:
            return bool(value == {"Ref": "AWS::NoValue"})


def _if(deployed: Deployed, given: list[Any]) -> Any:  # noqa: ANN401
    condition, one, other = given
    holds = deployed.evaluated({"Condition": condition}, REFS)
    return resolved(deployed, one if holds else other)


def _select(deployed: Deployed, given: list[Any]) -> Any:  # noqa: ANN401
    place, of = given
    return resolved(deployed, of)[int(place)]


def _split(deployed: Deployed, given: list[Any]) -> list[str]:
    by, text = given
    return str(resolved(deployed, text)).split(by)


def _sub(deployed: Deployed, given: str | list[Any]) -> str:
    text, more = (given, {}) if isinstance(given, str) else given
    names: Mapping[str, str] = {**REFS, **resolved(deployed, more)}

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        return arn_of(name.removesuffix(".Arn")) if name.endswith(".Arn") else names[name]

    return re.sub(r"\$\{([\w:.]+)\}", value_of, text)


_FUNCTIONS: Final[Mapping[str, Callable[[Deployed, Any], Any]]] = {
    "Ref": lambda _deployed, name: REFS[name],
    "Fn::GetAtt": lambda _deployed, given: arn_of(given[0]),
    "Fn::If": _if,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
