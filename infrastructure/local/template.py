"""Reads a CloudFormation template in YAML, with its tags for functions, and nothing that runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

try:
    from yaml import CSafeLoader as SafeLoader  # ten times as fast, where libyaml comes with it
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

Template: TypeAlias = dict[str, Any]


class _Loader(SafeLoader):
    """A safe loader that knows `!Ref`, `!GetAtt`, `!Sub` and the like."""


def _function(loader: SafeLoader, suffix: str, node: yaml.Node) -> dict[str, object]:
    """Turn a tag into the long form of its function: `!Sub x` into `{"Fn::Sub": "x"}`."""
    value: object
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(
            None, None, f"!{suffix} takes a value or a list", node.start_mark
        )
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)
# Dates stay text: "2012-10-17" is the version of a policy, quoted or not.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_template(path: Path) -> Template:
    """Read a template, each function in its long form.

    Raises:
        yaml.YAMLError: It is not YAML, or holds a tag in a place where none can be.
    """
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it is safe
    if not isinstance(loaded, dict):
        raise yaml.YAMLError(f"{path} holds no template")
    return loaded


def resources_of_type(template: Template, kind: str) -> Mapping[str, dict[str, Any]]:
    """Return the resources of one type, such as `AWS::SQS::Queue`, by their logical id."""
    return {name: r for name, r in template["Resources"].items() if r["Type"] == kind}


def nested_templates(template: Template, path: Path) -> Mapping[str, Path]:
    """Return where the templates of its nested stacks lie, by their logical id."""
    return {
        name: path.parent / stack["Properties"]["TemplateURL"]
        for name, stack in resources_of_type(template, "AWS::CloudFormation::Stack").items()
    }
