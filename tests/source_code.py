"""The project's own source, read as syntax: for tests about the code rather than what it does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "shared" / "annual_review"


@dataclass(frozen=True)
class Module:
    """One source file and its syntax."""

    path: Path
    tree: ast.Module

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path)

    def at(self, node: ast.AST) -> str:
        """Name a place in the file, as an editor takes it."""
        return f"{self}:{getattr(node, 'lineno', 1)}"

    def imports(self) -> Iterator[tuple[str, str]]:
        """Go through everything that is imported anywhere in the file, with its place."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, self.at(node)
            elif isinstance(node, ast.ImportFrom):
                yield "." * node.level + (node.module or ""), self.at(node)

    def names(self) -> Iterator[tuple[str, str]]:
        """Go through every dotted name that is used, in full and without its imports."""
        origins = self._origins()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name) and (dotted := _dotted(node)):
                first, dot, rest = dotted.partition(".")
                yield f"{origins.get(first, first)}{dot}{rest}", self.at(node)

    def _origins(self) -> dict[str, str]:
        """Return what each imported name stands for: `now` for `datetime.datetime.now`."""
        origins: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                origins |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return origins


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := _dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""


def module_of(text: str) -> Module:
    """Read a piece of source that lies in no file."""
    return Module(Path("example.py"), ast.parse(text))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Read every source file below some folders of the project."""
    return tuple(
        Module(path, ast.parse(path.read_text(encoding="utf-8")))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def is_standard(name: str) -> bool:
    """Whether a module belongs to the standard library."""
    first = name.partition(".")[0]
    # How Python was built, which `zoneinfo` asks, lies in a module named after the platform.
    return first in sys.stdlib_module_names or first.startswith("_sysconfigdata_")


def lies_in(name: str, *packages: str) -> bool:
    """Whether a module is one of some packages, or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
