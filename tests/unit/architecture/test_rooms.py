"""What the contracts of import-linter can't say: rooms, functions, and what importing loads.

Which room may import which stands in `pyproject.toml`; `make lint` holds it.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.source_code import PACKAGE, ROOT, is_standard, lies_in, modules

OURS = ("annual_review", "functions", "infrastructure", "tests")
INSIDE = ("domain", "services", "views", "adapters/memory")
A_DOZEN_OR_SO = 13


def imports_of_functions() -> list[tuple[str, str]]:
    return [each for module in modules("functions") for each in module.imports()]


def test_a_room_holds_about_a_dozen_modules() -> None:
    rooms = Counter(path.parent for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")

    assert len(rooms) > 10
    assert {room: size for room, size in rooms.items() if size > A_DOZEN_OR_SO} == {}


def test_every_folder_of_modules_is_a_package_that_says_what_it_holds() -> None:
    # The contracts see packages alone.
    folders = {path.parent for path in PACKAGE.rglob("*.py")}

    assert [folder for folder in sorted(folders) if not says_what_it_holds(folder)] == []


def says_what_it_holds(folder: Path) -> bool:
    file = folder / "__init__.py"
    return file.exists() and file.read_text("utf-8").startswith('"""')


def test_importing_the_services_and_the_memory_adapters_loads_nothing_foreign() -> None:
    names = [
        str(module).removeprefix("shared/").removesuffix(".py").replace("/", ".")
        for folder in INSIDE
        for module in modules(f"shared/annual_review/{folder}")
    ]
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT / 'shared')!r})\n"
        "before = set(sys.modules)\n"
        f"import {', '.join(names)}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    loaded = set(ended.stdout.split())
    assert {name for name in loaded if not is_standard(name)} == {"annual_review"}


def test_functions_reach_aws_through_adapters_alone() -> None:
    assert [
        f"{place} imports {name}"
        for name, place in imports_of_functions()
        if not lies_in(name, *OURS, "aws_lambda_powertools") and not is_standard(name)
    ] == []


def test_functions_do_not_import_one_another() -> None:
    assert [
        f"{place} imports {name}"
        for name, place in imports_of_functions()
        if lies_in(name, *OURS) and not lies_in(name, "annual_review")
    ] == []


def test_a_handler_reads_in_one_screen() -> None:
    handlers = [each for each in modules("functions") if each.path.name == "handler.py"]

    assert handlers
    for handler in handlers:
        lines = handler.path.read_text(encoding="utf-8").count("\n")
        assert lines <= 60, f"{handler} has {lines} lines"
