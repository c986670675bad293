"""Which of the project's code each layer holds, and for what it needs libraries.

Nobody keeps a list. Whatever a handler imports, directly or not, is in a layer of its function, and
nothing else is. A function that reaches the typesetter has the second layer as well, which holds
what only such functions reach.
"""

import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infrastructure.layers.imports import Reached, reached

SHARED: Final = "SharedLayer"
TYPESETTER: Final = "TypesetterLayer"
LAYERS: Final = (SHARED, TYPESETTER)
"""The layers by their names in the template, in the order in which functions list them."""

_TYPESETTER = "typst"
CLIENTS: Final = "annual_review.adapters.aws.aws_clients"
"""The module whose functions make the clients of AWS."""


@dataclass(frozen=True, slots=True)
class LayerContents:
    """What one layer holds of the project, and what it needs beside it.

    `files` are the project's own, by their place in the layer. `imports` are the top-level names
    that its modules import from outside, `services` those of AWS that they call.
    """

    files: Mapping[str, Path]
    imports: frozenset[str]
    services: frozenset[str]


def functions_of(project: Path) -> tuple[str, ...]:
    """Return the functions of a project, by the folders of their handlers."""
    return tuple(sorted(path.parent.name for path in project.glob("functions/*/handler.py")))


def layers_of(project: Path, function: str) -> tuple[str, ...]:
    """Return the layers that a function needs."""
    typesets = _TYPESETTER in _reached(project, [function]).foreign
    return LAYERS if typesets else (SHARED,)


def contents_of(project: Path) -> dict[str, LayerContents]:
    """Return what every layer holds."""
    functions = functions_of(project)
    typesetting = [name for name in functions if TYPESETTER in layers_of(project, name)]
    shared = _reached(project, [name for name in functions if name not in typesetting])
    typesetter = _reached(project, typesetting)
    own = {name: file for name, file in typesetter.modules.items() if name not in shared.modules}
    split = _packages(own.values())
    modules = set(shared.modules.values())
    editions = {path for path in (project / "shared/editions").rglob("*") if path.is_file()}
    return {
        SHARED: LayerContents(
            _placed(project, modules | editions | _data(_packages(modules) - split)),
            _foreign(shared),
            services_called(shared.modules),
        ),
        TYPESETTER: LayerContents(
            _placed(project, set(own.values()) | _data(split)),
            _foreign(typesetter) - _foreign(shared),
            services_called(typesetter.modules) - services_called(shared.modules),
        ),
    }


def services_called(modules: Mapping[str, Path]) -> frozenset[str]:
    """Return the services of AWS whose clients some modules ask for."""
    return frozenset(clients_called(modules).values())


def clients_called(modules: Mapping[str, Path]) -> dict[str, str]:
    """Return the functions that make the clients of some modules, each with its service."""
    if CLIENTS not in modules:
        return {}
    called: set[str] = set()
    for name, file in modules.items():
        if name == CLIENTS:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "aws_clients":
                called.add(node.attr)
            elif isinstance(node, ast.ImportFrom) and node.module == CLIENTS:
                called |= {each.name for each in node.names}
    clients = _clients(modules[CLIENTS])
    return {client: clients[client] for client in sorted(called & clients.keys())}


def _clients(module: Path) -> dict[str, str]:
    """Return the functions that make clients, each with the service that it names."""
    return {
        function.name: ast.literal_eval(call.args[0])
        for function in ast.parse(module.read_text("utf-8")).body
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "boto3.client"
    }


def _reached(project: Path, functions: Iterable[str]) -> Reached:
    starts = [f"functions.{name}.handler" for name in functions]
    return reached(starts, [project / "shared", project])


def _foreign(found: Reached) -> frozenset[str]:
    return found.foreign - sys.stdlib_module_names


def _packages(modules: Iterable[Path]) -> set[Path]:
    return {file.parent for file in modules}


def _data(packages: Iterable[Path]) -> set[Path]:
    """Return the files of data that belong to some packages: each to the nearest above it.

    A package whose modules lie in both layers has its data in the typesetter's.
    """
    return {
        path
        for package in packages
        for path in package.rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".typed"}
        and _package_of(path) == package
    }


def _package_of(path: Path) -> Path:
    return next(folder for folder in path.parents if any(folder.glob("*.py")))


def _placed(project: Path, files: Iterable[Path]) -> dict[str, Path]:
    """Return files by their places in a layer."""
    shared = project / "shared"
    places = {
        str(file.relative_to(shared if file.is_relative_to(shared) else project)): file
        for file in files
    }
    return dict(sorted(places.items()))
