"""The template with its nested stacks put in their places: all that is deployed, in one."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from infrastructure.local.template import Template, nested_templates, read_template

_read: Final = cache(read_template)
"""Nothing here changes what was read: parts are put together from copies."""


def template_files(root: Path) -> list[Path]:
    """The template, and those of its nested stacks."""
    return [root, *nested_templates(_read(root), root).values()]


def whole_template(root: Path) -> Template:
    """Read the template as if the resources of its nested stacks stood in it.

    What a nested stack is given stands where it asks for it, and what it puts out where the
    template asks for that. So a logical id, and the name of a condition, mean the same everywhere.
    Table and bucket are those that the stack makes.
    """
    whole = _with_its_own(_read(root))
    outputs: dict[tuple[str, str], Any] = {}
    for name, path in nested_templates(whole, root).items():
        part, given = _read(path), whole["Resources"].pop(name)["Properties"]["Parameters"]
        assert given.keys() == part["Parameters"].keys(), f"{name} is given what it asks for"
        for section in ("Conditions", "Resources"):
            for key, value in _with_given(part.get(section, {}), given).items():
                there = whole[section].setdefault(key, value)
                assert there == value, f"{key} of {path.name} means something else in {root.name}"
        for key, output in _with_given(part.get("Outputs", {}), given).items():
            outputs[name, f"Outputs.{key}"] = output["Value"]
    return dict(_with_outputs(whole, outputs))


def _with_its_own(part: Any) -> Any:  # noqa: ANN401 - any part of a template
    """Return it as it is where no existing table and bucket are given."""
    match part:
        case {"Fn::If": ["MakesTable" | "MakesBucket", made, _]}:
            return made
        case dict():
            return {key: _with_its_own(value) for key, value in part.items()}
        case list():
            return [_with_its_own(each) for each in part]
        case _:
            return part


def _with_given(part: Any, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any part of a template
    match part:
        case {"Ref": str(name)} if name in given:
            return given[name]
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\}", lambda m: _in_text(m[1], given), text)}
        case dict():
            return {key: _with_given(value, given) for key, value in part.items()}
        case list():
            return [_with_given(each, given) for each in part]
        case _:
            return part


def _in_text(name: str, given: Mapping[str, Any]) -> str:
    match given.get(name):
        case None:
            return f"${{{name}}}"
        case {"Ref": str(referred)}:
            return f"${{{referred}}}"
        case {"Fn::GetAtt": [str(referred), str(attribute)]}:
            return f"${{{referred}.{attribute}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case other:
            raise AssertionError(f"{other} can't stand in a text")


def _with_outputs(part: Any, outputs: Mapping[tuple[str, str], Any]) -> Any:  # noqa: ANN401
    match part:
        case {"Fn::GetAtt": [str(stack), str(output)]} if (stack, output) in outputs:
            return outputs[stack, output]
        case {"Fn::Sub": str(text)}:
            for (stack, output), value in outputs.items():
                name = f"{stack}.{output}"
                if f"${{{name}}}" in text:
                    text = text.replace(f"${{{name}}}", _in_text(name, {name: value}))
            return {"Fn::Sub": text}
        case dict():
            return {key: _with_outputs(value, outputs) for key, value in part.items()}
        case list():
            return [_with_outputs(each, outputs) for each in part]
        case _:
            return part
