"""What surrounds the code: workflows, the changelog and the index of the docs say what is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from infrastructure.reference.run import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def load(path: Path) -> Any:  # noqa: ANN401 (YAML holds anything)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in load(workflow)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_targets_of_the_makefile_and_nothing_else(workflow: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    runs = [step["run"] for step in steps(workflow) if "run" in step]
    assert runs
    for run in runs:
        make, target, *variables = run.replace("${{ ", "${{").replace(" }}", "}}").split()
        assert make == "make"
        assert target in targets
        assert all("=" in variable for variable in variables), run


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    lines = workflow.read_text(encoding="utf-8").splitlines()
    used = [line.split("uses:")[1].strip() for line in lines if "uses:" in line]
    assert len(used) == len([step for step in steps(workflow) if "uses" in step])
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_the_repository_and_nothing_more(workflow: Path) -> None:
    assert load(workflow)["permissions"] == {"contents": "read"}
    for job in load(workflow)["jobs"].values():
        # Who deploys proves to AWS from which environment, for whose approval GitHub waits.
        identified = {"id-token": "write"} if "environment" in job else {}
        assert job.get("permissions", {"contents": "read"}) == {"contents": "read"} | identified


def test_proposed_versions_are_as_old_as_those_that_are_locked() -> None:
    found = re.search(r'--exclude-newer "(\d+) days"', MAKEFILE)
    assert found
    for update in load(GITHUB / "dependabot.yml")["updates"]:
        assert update["cooldown"] == {"default-days": int(found[1])}


def test_the_changelog_names_the_version_of_the_package_under_what_is_unreleased() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, second, *_ = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert first == "[Unreleased]"
    assert re.fullmatch(re.escape(f"[{package['version']}] - ") + r"\d{4}-\d\d-\d\d", second)


def test_the_index_of_the_docs_names_every_page() -> None:
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(([\w-]+(?:/README)?\.md)\)", index))
    pages = {path.name for path in docs.glob("*.md")} - {"README.md"}
    assert named == pages | {"decisions/README.md"}


def test_the_checklists_name_what_is_there() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, after = contributing.partition("## Checklists\n")
    checklists, _, _ = after.partition("\n## ")
    named = set(re.findall(r"`([A-Za-z_]{4,})`", checklists))
    assert named
    there = {
        word
        for folder in ("shared", "functions", "infrastructure", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for word in (path.stem, *re.findall(r"[A-Za-z_]+", path.read_text(encoding="utf-8")))
    }
    for template in (ROOT / "template.yaml", *ROOT.glob("infrastructure/stacks/*.yaml")):
        there |= set(re.findall(r"[A-Za-z_]+", template.read_text(encoding="utf-8")))
    assert named <= there, named - there
