"""What a module imports, and what those import in turn, wherever in the code they do so."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached from some modules.

    `modules` are those of the project, each with its file. `foreign` are the top-level names of
    those that come from elsewhere, the standard library's among them.
    """

    modules: Mapping[str, Path]
    foreign: frozenset[str]


def reached(starts: Iterable[str], folders: Sequence[Path]) -> Reached:
    """Follow every import, also one inside a function, but not those for the type checker alone."""
    modules: dict[str, Path] = {}
    foreign: set[str] = set()
    ahead = list(starts)
    ours = {path.stem for folder in folders for path in folder.iterdir()}
    while ahead:
        name = ahead.pop()
        if name in modules:
            continue
        file = _file_of(name, folders)
        if file is None:
            top = name.partition(".")[0]
            if top not in ours:
                foreign.add(top)
            continue
        modules[name] = file
        parents = name.split(".")[:-1]
        ahead += [".".join(parents[:count]) for count in range(1, len(parents) + 1)]
        ahead += _imported_by_source(file.read_text("utf-8"))
    return Reached(modules, frozenset(foreign))


@cache
def _imported_by_source(source: str) -> frozenset[str]:
    """Return what a module imports: most are reached by every function, and are parsed once."""
    return frozenset(imported_by(ast.parse(source)))


def imported_by(tree: ast.AST) -> set[str]:
    """Return the names that code imports; of `from a import b`, both `a` and `a.b`."""
    names: set[str] = set()
    for node in _running(tree):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return names


def _running(node: ast.AST) -> Iterable[ast.AST]:
    """Walk through what runs: not through `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield other
                yield from _running(other)
        else:
            yield child
            yield from _running(child)


def _file_of(name: str, folders: Sequence[Path]) -> Path | None:
    path = name.replace(".", "/")
    for folder in folders:
        for file in (folder / path / "__init__.py", folder / f"{path}.py"):
            if file.is_file():
                return file
    return None
