"""`annual-review preview` of a rehearsal: one letter in a file, as it would be prepared."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annual_review.domain.reporting_year import Revision
from tests.unit.cli.test_command_line import RECIPIENTS, SOUND, Desk

PREVIEW = ("preview", "2020", "E07000001", "--from", "out/2020")


@pytest.fixture
def rehearsed(desk: Desk) -> Desk:
    """A year that was rehearsed."""
    desk.rehearse()
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.events(SOUND)
    return desk


def test_a_preview_is_the_letter_of_the_rehearsal_byte_for_byte(rehearsed: Desk) -> None:
    result = rehearsed.run(*PREVIEW, "--all")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("out/2020/preview/E07000001.pdf  (")
    out = rehearsed.folder / "out/2020"
    for kind in ("pdf", "html", "txt", "xlsx"):
        previewed = (out / f"preview/E07000001.{kind}").read_bytes()
        assert previewed == (out / f"letters/E07000001.{kind}").read_bytes()


def test_it_goes_where_it_is_asked_to_and_alone(rehearsed: Desk) -> None:
    result = rehearsed.run(*PREVIEW, "--out", "here/letter.pdf")

    assert result.stdout.startswith("here/letter.pdf")
    assert [each.name for each in (rehearsed.folder / "here").iterdir()] == ["letter.pdf"]


def test_a_letter_goes_to_its_successor_in_a_preview_too(rehearsed: Desk) -> None:
    rehearsed.run("preview", "2020", "E07000003", "--from", "out/2020", "--all")

    text = (rehearsed.folder / "out/2020/preview/E07000003.txt").read_text(encoding="utf-8")
    assert "Northbridge District Council" in text


def test_a_sample_stays_one_until_it_is_rehearsed_for_real(desk: Desk) -> None:
    desk.rehearse("--sample")
    sample = desk.run(*PREVIEW)
    desk.rehearse()

    assert "the letter says SAMPLE" in sample.stderr
    assert "SAMPLE" not in desk.run(*PREVIEW).stderr


def test_a_reissued_letter_is_told_of(rehearsed: Desk) -> None:
    path = rehearsed.folder / "out/2020/frozen/authorities/E07000001.json"
    record = json.loads(path.read_bytes()) | {
        "revision": Revision(2),
        "reissue": {
            "dated": "2020-09-01",
            "reason": "One decision was not yours.",
            "replaces": 1,
            "replaced_date": "2020-07-22",
            "before": {},
        },
    }
    path.write_text(json.dumps(record), encoding="utf-8")

    assert "revision 2, re-issued: One decision was not yours." in rehearsed.run(*PREVIEW).stderr


def test_a_year_without_an_edition_says_so(desk: Desk) -> None:
    files = ("--authorities", "A.csv", "--recipients", "R.csv", "--events", "E.jsonl")
    desk.run("rehearse", "--year", "2021", *files, "--out", "out")

    result = desk.run("preview", "2021", "E07000001", "--from", "out/2021")

    assert result.returncode == 0, result.stderr
    assert "no edition 2021" in result.stderr


def test_a_letter_that_cant_be_printed_ends_with_one_and_says_why(desk: Desk) -> None:
    desk.write("R.csv", RECIPIENTS.replace("A Chief", "A 中 Chief"))
    desk.rehearse()

    result = desk.run(*PREVIEW)

    assert result.returncode == 1
    assert "U+4E2D" in result.stderr
    assert not (desk.folder / "out/2020/preview").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview", "2020", "E9", "--from", "out/2020"), "E9 is not in the figures"),
        (("preview", "2019", "E07000001", "--from", "out/2020"), "of 2020, not of 2019"),
        (("preview", "2020", "E07000001", "--from", "out"), "annual-review rehearse"),
        ((*PREVIEW, "--live"), "no live figures"),
        ((*PREVIEW, "--out", "letter.txt"), "end it in .pdf"),
    ],
)
def test_what_cant_be_previewed_ends_with_two_and_says_what_to_do(
    rehearsed: Desk, arguments: tuple[str, ...], said: str
) -> None:
    result = rehearsed.run(*arguments)

    assert result.returncode == 2
    assert said in result.stderr


def test_a_record_that_was_cut_short_is_told_in_a_line(rehearsed: Desk) -> None:
    path = rehearsed.folder / "out/2020/frozen/authorities/E07000001.json"
    path.write_bytes(path.read_bytes()[:100])

    result = rehearsed.run(*PREVIEW)

    assert result.returncode == 2
    assert "E07000001.json can't be used" in result.stderr


def test_a_letter_without_a_recipient_is_told_in_a_line(desk: Desk) -> None:
    without = [line for line in RECIPIENTS.splitlines() if "northbridge" not in line]
    desk.write("R.csv", "\n".join(without))
    desk.rehearse()

    result = desk.run(*PREVIEW)

    assert result.returncode == 2
    assert "no recipient for the letter of E07000001" in result.stderr


def test_records_of_an_earlier_rehearsal_do_not_linger(rehearsed: Desk) -> None:
    rehearsed.write("A.csv", "code,name,type\nE07000002,Southwell District Council,district\n")

    rehearsed.rehearse()

    assert rehearsed.run(*PREVIEW).returncode == 2


class TestOpening:
    def test_the_file_is_handed_to_the_machine(
        self, rehearsed: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[list[str]] = []
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr("subprocess.Popen", lambda command, **_: opened.append(command))
        monkeypatch.setattr(sys, "platform", "darwin")

        result = rehearsed.run(*PREVIEW, "--open")

        assert result.returncode == 0
        assert opened == [["/usr/bin/open", "out/2020/preview/E07000001.pdf"]]

    @pytest.mark.parametrize("found", [None, "/nowhere/xdg-open"])
    def test_a_machine_that_opens_nothing_fails_nothing(
        self, rehearsed: Desk, monkeypatch: pytest.MonkeyPatch, found: str | None
    ) -> None:
        monkeypatch.setattr("shutil.which", lambda _: found)

        result = rehearsed.run(*PREVIEW, "--open")

        assert result.returncode == 0
        assert "open it yourself" in result.stderr


def test_previewing_a_rehearsal_loads_no_client_of_aws(rehearsed: Desk) -> None:
    # It takes longer to load than the letter to render.
    script = (
        "import sys\n"
        "from annual_review.cli.app import app\n"
        f"app({list(PREVIEW)!r}, standalone_mode=False)\n"
        "print('boto3' in sys.modules, 'botocore' in sys.modules)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=rehearsed.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout.splitlines()[-1] == "False False", ended.stderr
