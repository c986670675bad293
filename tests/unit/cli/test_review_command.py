"""`annual-review review` on the folder of a rehearsal."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from annual_review.adapters.files.rehearsal_folder import LETTERS_JSON
from annual_review.rendering.pages.thumbnails import ThumbnailMaker
from annual_review.services.documents import digest
from tests.builders import (
    a_compliance_outcome,
    an_event,
    an_upheld_decision,
)
from tests.unit.cli.commands import Result, run

NORTH, SOUTH, OLD, ODD = "E07000001", "E07000002", "E07000003", "E47000001"
"""Two districts, one that is no more, and an authority of no type whose name can't be printed."""


NO_LETTER = {
    "year": 2020,
    "letters": [
        {
            "letter": "x",
            "figures_sha256": "",
            "message_sha256": None,
            "successor": False,
            "paragraphs": 0,
            "unreviewed": 0,
            "history": [{"at": "2020-04-15T06:00:00+01:00", "state": "planned", "why": ""}],
        }
    ],
}


def write_year(folder: Path, upheld: Sequence[str], odd_name: str = "Valley ☃ Authority") -> None:
    rows = [
        ("code", "name", "type", "in_being_to", "successor"),
        (NORTH, "Northbridge & <b>Co</b>", "district", "", ""),
        (SOUTH, "Southwell", "district", "", ""),
        (OLD, "Old Mere", "district", "2019-12-31", NORTH),
        (ODD, odd_name, "other", "", ""),
    ]
    with (folder / "A.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    office = "The Chief Executive,Chief Executive,Chief Executive"
    receiving = "".join(f"{code},{office},office@x.example,\n" for code in (NORTH, SOUTH, ODD))
    heading = "code,addressee,job_title,salutation,email,cc\n"
    (folder / "R.csv").write_text(heading + receiving, encoding="utf-8")
    events = [
        an_event(an_upheld_decision(f"19-{number}", authority=code))
        for number, code in enumerate(upheld)
    ]
    events.append(an_event(a_compliance_outcome("19-0", authority=NORTH)))
    lines = (json.dumps({"source": "ombudsman.casework", **each}) for each in events)
    (folder / "E.jsonl").write_text("\n".join(lines), encoding="utf-8")


def rehearse(folder: Path, *, can_print_all: bool = False) -> None:
    files = ("--authorities", "A.csv", "--recipients", "R.csv", "--events", "E.jsonl")
    result = run(folder, "rehearse", "--year", "2020", *files, "--out", "out")
    assert result.returncode == (0 if can_print_all else 1), result.words


def review(folder: Path, *more: str) -> Result:
    return run(folder, "review", "2020", "--from", "out/2020", *more)


def page(folder: Path) -> str:
    return (folder / "out/2020/review/index.html").read_text(encoding="utf-8")


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "out/2020/review/review.json").read_bytes())
    return content


@pytest.fixture
def rehearsed(tmp_path: Path) -> Path:
    write_year(tmp_path, [NORTH, SOUTH, OLD])
    rehearse(tmp_path)
    return tmp_path


def test_every_letter_is_there_with_its_files_and_pictures(rehearsed: Path) -> None:
    result = review(rehearsed)

    assert result.returncode == 0, result.words
    folder = rehearsed / "out/2020/review"
    for code in (NORTH, SOUTH, OLD):
        assert (folder / f"letters/{code}.pdf").read_bytes().startswith(b"%PDF")
        assert (folder / f"thumbnails/{code}-1.png").is_file()
        assert (folder / f"thumbnails/{code}-2.png").is_file()
        assert f'href="letters/{code}.html"' in page(rehearsed)
    assert "Northbridge &amp; &lt;b&gt;Co&lt;/b&gt;" in page(rehearsed)
    assert "Letters 4" in result.words


def test_a_letter_that_cant_be_printed_is_there_with_the_reason(rehearsed: Path) -> None:
    result = review(rehearsed)

    assert "Can't be printed 1" in result.words
    assert "lacks U+2603 (SNOWMAN)" in page(rehearsed)
    assert not (rehearsed / f"out/2020/review/letters/{ODD}.pdf").exists()


def test_the_letter_of_an_abolished_authority_is_flagged(rehearsed: Path) -> None:
    assert "Goes to successor 1" in review(rehearsed).words


def test_the_manifest_holds_the_hashes_of_what_can_be_read(rehearsed: Path) -> None:
    review(rehearsed)

    record = manifest(rehearsed)
    assert record["year"] == 2020
    letters = {each["letter"]: each for each in record["letters"]}
    assert list(letters) == [f"2020-1-{code}" for code in (NORTH, SOUTH, OLD)]
    sent = (rehearsed / f"out/2020/outbox/2020-1-{NORTH}.eml").read_bytes()
    assert letters[f"2020-1-{NORTH}"]["message_sha256"] == digest(sent)
    frozen = (rehearsed / f"out/2020/frozen/authorities/{NORTH}.json").read_bytes()
    assert letters[f"2020-1-{NORTH}"]["figures_sha256"] == digest(frozen)


def test_a_second_review_leaves_nothing_of_the_first(rehearsed: Path) -> None:
    write_year(rehearsed, [NORTH], odd_name="Valley Authority")
    rehearse(rehearsed, can_print_all=True)
    review(rehearsed)
    kept = rehearsed / f"out/2020/review/letters/{ODD}.txt"
    assert kept.is_file()
    write_year(rehearsed, [NORTH])
    rehearse(rehearsed)

    review(rehearsed)

    assert not kept.exists()


class TestWhatDiffers:
    def test_the_same_rehearsal_twice_differs_in_nothing(self, rehearsed: Path) -> None:
        rehearse(rehearsed)

        result = review(rehearsed, "--diff")

        assert result.returncode == 0
        assert "Differs" not in result.words
        assert "Compared with the rehearsal before." in page(rehearsed)

    def test_a_later_decision_shows_in_figures_and_words(self, rehearsed: Path) -> None:
        write_year(rehearsed, [NORTH, SOUTH, OLD, SOUTH])
        rehearse(rehearsed)

        result = review(rehearsed, "--diff")

        assert "Differs from the previous one 1" in result.words
        html = page(rehearsed)
        assert "before: </span>0% (0 of 1)</del>" in html
        assert "now: </span>0% (0 of 2)</ins>" in html

    def test_a_first_rehearsal_has_nothing_before_it(self, rehearsed: Path) -> None:
        result = review(rehearsed, "--diff")

        assert result.returncode == 2
        assert "it was the first" in result.words

    def test_a_review_that_was_kept_can_be_compared_with(self, rehearsed: Path) -> None:
        review(rehearsed)
        (rehearsed / "out/2020/review").rename(rehearsed / "kept")
        write_year(rehearsed, [NORTH, NORTH, OLD], odd_name="Valley")
        rehearse(rehearsed, can_print_all=True)

        result = review(rehearsed, "--against", "kept")

        # Another uphold in the north; none in the south, which has its letter all the same.
        assert "Differs from the previous one 2" in result.words
        assert "no previous letter" in page(rehearsed)

    def test_a_folder_without_letters_is_refused(self, rehearsed: Path) -> None:
        (rehearsed / "empty").mkdir()

        result = review(rehearsed, "--against", "empty")

        assert result.returncode == 2
        assert "nothing to compare with" in result.words


class TestWhatIsNoRehearsal:
    def test_a_folder_without_one_says_how_to_come_by_it(self, tmp_path: Path) -> None:
        (tmp_path / "out/2020").mkdir(parents=True)

        result = review(tmp_path)

        assert result.returncode == 2
        assert "rehearse the year again" in result.words

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("{", "Invalid JSON"),
            ('{"year": 2020, "letters": [{"letter": "x"}]}', "letters.0.figures_sha256"),
            (json.dumps(NO_LETTER), "not the tag of a letter"),
        ],
        ids=["no JSON", "another shape", "no letter"],
    )
    def test_a_spoilt_one_is_told_with_what_is_wrong(
        self, rehearsed: Path, content: str, problem: str
    ) -> None:
        (rehearsed / "out/2020" / LETTERS_JSON).write_text(content, encoding="utf-8")

        result = review(rehearsed)

        assert result.returncode == 2
        assert problem in result.words

    def test_one_of_another_year_is_refused(self, rehearsed: Path) -> None:
        result = run(rehearsed, "review", "2021", "--from", "out/2020")

        assert result.returncode == 2
        assert "another year than 2021" in result.words

    @pytest.mark.parametrize("record", [None, "{}"])
    def test_one_without_its_frozen_records_is_refused(
        self, rehearsed: Path, record: str | None
    ) -> None:
        path = rehearsed / f"out/2020/frozen/authorities/{NORTH}.json"
        path.unlink()
        if record is not None:
            path.write_text(record, encoding="utf-8")

        result = review(rehearsed)

        assert result.returncode == 2
        assert NORTH in result.words

    def test_what_was_changed_beside_the_messages_is_not_shown(self, rehearsed: Path) -> None:
        beside = rehearsed / f"out/2020/letters/{NORTH}.html"
        printed = beside.read_bytes()
        beside.write_text("2 of 12 upheld")

        assert review(rehearsed).returncode == 0

        shown = rehearsed / f"out/2020/review/letters/{NORTH}.html"
        assert shown.read_bytes() == printed

    def test_a_message_that_was_changed_is_refused(self, rehearsed: Path) -> None:
        [message] = (rehearsed / "out/2020/outbox").glob(f"*{NORTH}.eml")
        message.write_bytes(message.read_bytes() + b" ")

        result = review(rehearsed)

        assert result.returncode == 2
        assert "it is not what was prepared" in result.words

    def test_a_letter_that_can_t_be_drawn_has_no_picture_and_a_warning(
        self, rehearsed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def spoilt(_self: object, _pdf: bytes) -> NoReturn:
            raise ValueError("this is not the PDF of a letter")

        monkeypatch.setattr(ThumbnailMaker, "thumbnails", spoilt)

        result = review(rehearsed)

        assert result.returncode == 0
        assert f"the letter of {NORTH} has no pictures" in result.words
