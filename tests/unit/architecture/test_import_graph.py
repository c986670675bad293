"""Who may import whom: the domain nobody but itself, and so on outwards to the functions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest

from tests.source_code import ROOT, Module, is_standard, lies_in, module_of, modules

DOMAIN = "annual_review.domain"
SERVICES = "annual_review.services"
ADAPTERS = "annual_review.adapters"
RENDERING = "annual_review.rendering"
SAMPLE_YEAR = "annual_review.sample_year"
CLI = "annual_review.cli"

# The packages of the layer, with those of our own that each may import beside itself.
MAY_IMPORT = {
    DOMAIN: (),
    SERVICES: (DOMAIN,),
    ADAPTERS: (DOMAIN, SERVICES),
    RENDERING: (
        DOMAIN,
        f"{SERVICES}.counted_cases",
        f"{SERVICES}.rendering",
        f"{SERVICES}.review_letters",
    ),
    SAMPLE_YEAR: (DOMAIN,),
    CLI: (DOMAIN, SERVICES, ADAPTERS, RENDERING, SAMPLE_YEAR),
}
AWS_SERVICES = ("dynamodb", "events", "lambda", "s3", "sesv2", "sqs")
OURS = ("annual_review", "functions", "infrastructure", "tests")
POWERTOOLS = "aws_lambda_powertools"
AWS = ("boto3", "botocore", POWERTOOLS, *(f"mypy_boto3_{service}" for service in AWS_SERVICES))
VALIDATION = ("pydantic", "pydantic_core", "pydantic_settings")
TYPESETTING = ("typst", "jinja2", "css_inline", "markdown_it", "pypdf", "xlsxwriter")


def folder_of(package: str) -> str:
    return f"shared/{package.replace('.', '/')}"


def our_own_imports_beside(
    package: str, allowed: Iterable[str], sources: Iterable[Module]
) -> list[str]:
    """Return every import of ours that goes where it may not."""
    return [
        f"{place} imports {name}"
        for module in sources
        for name, place in module.imports()
        if lies_in(name, *OURS) and not lies_in(name, package, *allowed)
    ]


def foreign_imports(sources: Iterable[Module]) -> Iterator[tuple[str, str]]:
    """Go through the imports of what is neither ours nor the standard library's."""
    for module in sources:
        for name, place in module.imports():
            if not lies_in(name, *OURS) and not is_standard(name):
                yield name, place


@pytest.mark.parametrize(("package", "allowed"), MAY_IMPORT.items())
def test_a_package_imports_only_what_lies_further_in(
    package: str, allowed: tuple[str, ...]
) -> None:
    sources = modules(folder_of(package))

    assert sources
    assert our_own_imports_beside(package, allowed, sources) == []


def test_every_package_of_the_layer_has_its_place_in_the_graph() -> None:
    packages = {
        f"annual_review.{path.parent.name}"
        for path in (ROOT / "shared" / "annual_review").glob("*/__init__.py")
    }

    assert packages == MAY_IMPORT.keys()


@pytest.mark.parametrize("package", [DOMAIN, SERVICES, f"{ADAPTERS}.memory"])
def test_the_inside_needs_nothing_but_the_standard_library(package: str) -> None:
    assert list(foreign_imports(modules(folder_of(package)))) == []


def test_importing_the_services_and_the_memory_adapters_loads_nothing_foreign() -> None:
    # What the imports say, tried out: this holds for what they import in turn as well.
    names = [
        str(module).removeprefix("shared/").removesuffix(".py").replace("/", ".")
        for package in (DOMAIN, SERVICES, f"{ADAPTERS}.memory")
        for module in modules(folder_of(package))
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


@pytest.mark.parametrize(
    ("libraries", "package"),
    [(AWS, ADAPTERS), (TYPESETTING, RENDERING), (("typer", "rich"), CLI)],
    ids=["AWS", "typesetting", "command line"],
)
def test_a_library_is_known_to_one_package_only(libraries: tuple[str, ...], package: str) -> None:
    outside = [other for other in MAY_IMPORT if other != package]

    found = list(foreign_imports(modules(*(folder_of(other) for other in outside))))

    assert [place for name, place in found if lies_in(name, *libraries)] == []


def test_input_is_checked_at_the_borders_only() -> None:
    inside = [DOMAIN, SERVICES, CLI]

    found = list(foreign_imports(modules(*(folder_of(package) for package in inside))))

    assert [place for name, place in found if lies_in(name, *VALIDATION)] == []


def test_functions_reach_aws_through_adapters_alone() -> None:
    found = list(foreign_imports(modules("functions")))

    assert [
        f"{place} imports {name}" for name, place in found if not lies_in(name, POWERTOOLS)
    ] == []


def test_functions_do_not_import_one_another() -> None:
    found = [
        f"{place} imports {name}"
        for module in modules("functions")
        for name, place in module.imports()
        if lies_in(name, *OURS) and not lies_in(name, "annual_review")
    ]

    assert found == []


def test_a_handler_reads_in_one_screen() -> None:
    handlers = [each for each in modules("functions") if each.path.name == "handler.py"]

    assert handlers
    for handler in handlers:
        lines = handler.path.read_text(encoding="utf-8").count("\n")
        assert lines <= 60, f"{handler} has {lines} lines"


@pytest.mark.parametrize(
    "source",
    [
        "from annual_review.adapters.events import parse_event",
        "import annual_review.cli.app",
        "def late():\n    from functions.send_letter import handler",
        "if TYPE_CHECKING:\n    from tests.builders import a_decision",
    ],
)
def test_the_search_finds_an_import_wherever_it_hides(source: str) -> None:
    assert our_own_imports_beside(SERVICES, MAY_IMPORT[SERVICES], [module_of(source)])


def test_nobody_imports_by_a_relative_path_that_the_search_would_miss() -> None:
    relative = [
        place
        for module in modules("shared/annual_review", "functions", "infrastructure")
        for name, place in module.imports()
        if name.startswith(".")
    ]

    assert relative == []
