"""What the layers hold is what the functions import, and nothing else."""

import ast
from functools import cache
from pathlib import Path

import pytest

from infrastructure.layers.contents import (
    LAYERS,
    SHARED,
    TYPESETTER,
    LayerContents,
    contents_of,
    functions_of,
    layers_of,
    services_called,
)
from infrastructure.layers.imports import imported_by, reached
from infrastructure.local.project import ROOT


@cache
def of_layers() -> dict[str, LayerContents]:
    """What is worked out by the worker alone that runs these tests."""
    return contents_of(ROOT)


def test_everything_that_a_function_imports_is_in_its_layers() -> None:
    for function in functions_of(ROOT):
        held = {
            file for name in layers_of(ROOT, function) for file in of_layers()[name].files.values()
        }
        needed = reached([f"functions.{function}.handler"], [ROOT / "shared", ROOT]).modules
        assert set(needed.values()) <= held, function


def test_every_module_in_a_layer_is_imported_by_a_function_that_has_it() -> None:
    for layer, contents in of_layers().items():
        starts = [
            f"functions.{name}.handler"
            for name in functions_of(ROOT)
            if layer in layers_of(ROOT, name)
        ]
        needed = set(reached(starts, [ROOT / "shared", ROOT]).modules.values())
        modules = {file for file in contents.files.values() if file.suffix == ".py"}
        assert modules <= needed, layer


@pytest.mark.parametrize(
    "room",
    ["cli", "console.py", "rehearsal", "sample_year", "rendering/checks", "rendering/pages"],
)
def test_what_only_people_use_is_in_no_layer(room: str) -> None:
    places = [place for each in of_layers().values() for place in each.files]
    assert not [place for place in places if place.startswith(f"annual_review/{room}")]


def test_the_fonts_and_the_typesetter_come_with_the_second_layer_alone() -> None:
    assert [n for n in LAYERS if any("/fonts/" in p for p in of_layers()[n].files)] == [TYPESETTER]
    assert [name for name in LAYERS if "typst" in of_layers()[name].imports] == [TYPESETTER]
    assert [name for name in functions_of(ROOT) if TYPESETTER in layers_of(ROOT, name)] == [
        "prepare_letter"
    ]


def test_no_file_is_in_both_layers() -> None:
    assert not of_layers()[SHARED].files.keys() & of_layers()[TYPESETTER].files.keys()


def test_an_import_inside_a_function_counts_and_one_for_the_type_checker_does_not() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import stubs
else:
    import real
def later():
    from package import module
"""
    assert imported_by(ast.parse(source)) == {
        "typing",
        "typing.TYPE_CHECKING",
        "real",
        "package",
        "package.module",
    }


def test_the_services_are_those_whose_clients_are_asked_for(tmp_path: Path) -> None:
    clients, caller = tmp_path / "aws_clients.py", tmp_path / "caller.py"
    clients.write_text(
        'def table():\n    return boto3.client("dynamodb")\n'
        'def bus():\n    return boto3.client("events")\n'
    )
    caller.write_text("aws_clients.table()\n")
    modules = {"annual_review.adapters.aws.aws_clients": clients, "caller": caller}
    assert services_called(modules) == {"dynamodb"}
