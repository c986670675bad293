"""No float touches a figure, and nothing below the functions asks what time it is."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.source_code import Module, module_of, modules

DOMAIN = "shared/annual_review/domain"
SERVICES = "shared/annual_review/services"
BELOW_THE_FUNCTIONS = (
    DOMAIN,
    SERVICES,
    "shared/annual_review/adapters",
    "shared/annual_review/rendering",
    "shared/annual_review/sample_year",
    "shared/annual_review/rehearsal",
)

# Where figures are counted, compared, frozen or written down. Patience counts seconds instead.
FIGURES = tuple(
    module
    for module in modules(DOMAIN, SERVICES)
    if module.path.name not in {"patience.py", "record_decisions.py"}
)

FLOATING = {"float", "round", "complex", "decimal.Decimal", "fractions.Fraction"}
CLOCKS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(
        f"time.{name}{unit}"
        for name in ("time", "monotonic", "perf_counter", "process_time")
        for unit in ("", "_ns")
    ),
    *(f"time.{name}" for name in ("localtime", "gmtime", "ctime", "strftime", "asctime")),
}
WAITS = {"time.sleep", "asyncio.sleep", "threading.Event"}
CHANCE = ("random", "secrets", "uuid", "os.urandom")
SURROUNDINGS = ("os.environ", "os.getenv", "sys.argv", "socket", "subprocess", "pathlib", "open")


def floats(sources: Iterable[Module]) -> list[str]:
    """Return every place where a float could come into being."""
    found = []
    for module in sources:
        found += [
            f"{module.at(node)} {ast.unparse(node)}"
            for node in ast.walk(module.tree)
            if is_floating(node)
        ]
        found += [f"{place} {name}" for name, place in module.names() if name in FLOATING]
    return found


def is_floating(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)


def uses(sources: Iterable[Module], names: Iterable[str]) -> list[str]:
    """Return every place where one of some names is used or imported."""
    wanted = tuple(names)
    return [
        f"{place} {name}"
        for module in sources
        for name, place in (*module.names(), *module.imports())
        if any(name == each or name.startswith(f"{each}.") for each in wanted)
    ]


def test_no_float_touches_a_figure() -> None:
    assert len(FIGURES) > 10
    assert floats(FIGURES) == []


@pytest.mark.parametrize("folder", BELOW_THE_FUNCTIONS)
def test_nothing_below_the_functions_reads_a_clock(folder: str) -> None:
    sources = modules(folder)

    assert sources
    assert uses(sources, CLOCKS) == []


@pytest.mark.parametrize("folder", [DOMAIN, SERVICES])
def test_domain_and_services_neither_wait_nor_draw_lots_nor_look_around(folder: str) -> None:
    assert uses(modules(folder), (*WAITS, *CHANCE, *SURROUNDINGS)) == []


def test_letters_hold_no_chance() -> None:
    assert uses(modules("shared/annual_review/rendering"), CHANCE) == []


@pytest.mark.parametrize(
    "source",
    [
        "rate = upheld / total",
        "rate /= total",
        "half = 0.5",
        "def percentage(n, d):\n    return round(100 * n, d)",
        "rate = float(upheld)",
        "from decimal import Decimal\nrate = Decimal(1)",
        "import decimal\nrate = decimal.Decimal(1)",
    ],
)
def test_the_search_finds_a_float_however_it_is_made(source: str) -> None:
    assert floats([module_of(source)])


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\nat = datetime.datetime.now()",
        "from datetime import datetime\nat = datetime.now(UTC)",
        "from datetime import datetime as when\nat = when.utcnow()",
        "import datetime as dt\nat = dt.date.today()",
        "import time\nat = time.time()",
        "from time import monotonic\nat = monotonic()",
        "from dataclasses import field\nat = field(default_factory=datetime.datetime.now)",
    ],
)
def test_the_search_finds_a_clock_however_it_is_called(source: str) -> None:
    assert uses([module_of(source)], CLOCKS)
