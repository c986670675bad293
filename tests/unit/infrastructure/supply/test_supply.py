import json
from datetime import date
from pathlib import Path

import pytest

from infrastructure.supply.audit import read_answer, verdict
from infrastructure.supply.bill import LOCK_FILE, bill_of_materials
from infrastructure.supply.licences import is_allowed, refused
from infrastructure.supply.locked import Locked, locked_in

TODAY = date(2026, 11, 25)
SOUND = {"name": "six", "version": "1", "vulns": []}
SKIPPED = {"name": "six", "skip_reason": "not found"}
WEAK = {"name": "six", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}


def answer(*libraries: object) -> str:
    return json.dumps({"dependencies": libraries})


def test_every_library_in_the_layers_stands_under_a_licence_that_we_take() -> None:
    libraries = locked_in(LOCK_FILE)
    assert {"boto3", "typst", "pydantic"} <= {each.name for each in libraries}
    assert refused(libraries) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("unknown", False),
    ],
)
def test_one_licence_of_several_to_choose_from_is_enough(licence: str, *, allowed: bool) -> None:
    assert is_allowed(licence) is allowed


def test_a_lock_file_gives_names_versions_and_digests(tmp_path: Path) -> None:
    digest = "0" * 64
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"# by hand\nsix==1.0 \\\n    --hash=sha256:{digest}\n    # via boto3\n")
    assert locked_in(lock) == [Locked("six", "1.0", (digest,))]


def test_the_bill_of_materials_names_every_library_of_the_lock_file_by_version_and_digest() -> None:
    bill = bill_of_materials(LOCK_FILE)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    components = {each["purl"]: each for each in bill["components"]}
    assert components.keys() == {f"pkg:pypi/{e.name}@{e.version}" for e in locked_in(LOCK_FILE)}
    for each in components.values():
        assert each["externalReferences"][0]["hashes"]
        assert is_allowed(each["licenses"][0]["expression"])


def test_a_known_weakness_stops_the_gate() -> None:
    code, told = verdict(read_answer(answer(SOUND, WEAK)), None, TODAY)
    assert code == 1
    assert "six 1: CVE-1 (put right in 2)" in told


def test_a_weakness_stops_the_gate_although_others_could_not_be_asked_about() -> None:
    assert verdict(read_answer(answer(WEAK, SKIPPED)), None, TODAY)[0] == 1


def test_without_weakness_the_gate_goes_on() -> None:
    assert verdict(read_answer(answer(SOUND)), None, TODAY) == (
        0,
        "No known weakness in 1 libraries.",
    )


@pytest.mark.parametrize("said", ["", answer(SKIPPED), answer(SOUND, SKIPPED), "no network"])
def test_who_could_not_be_asked_is_told_and_stops_nothing(said: str) -> None:
    code, told = verdict(read_answer(said), date(2026, 11, 15), TODAY)
    assert code == 0
    assert told.startswith("AUDIT SKIPPED")
    assert "the last full answer is 10 days old" in told


def test_an_audit_that_was_never_answered_says_so() -> None:
    assert "no full answer came yet" in verdict(read_answer(""), None, TODAY)[1]
