"""The command line, tried as its users would: files in, files and exit codes out."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from annual_review.adapters.files.note_files import read_notes
from annual_review.adapters.files.register_files import read_register
from tests.unit.cli.commands import Result, run

AUTHORITIES = """\
code,name,type,in_being_to,successor,population_2020,colour
E07000001,Northbridge District Council,district,,,50000,red
E07000002,Southwell District Council,district,,,,blue
E07000003,Old Mere District Council,district,2019-12-31,E07000001,,green
E07000004,Gone Borough Council,district,2018-03-31,E07000001,,
E47000001,Valley Combined Authority,other,,,,
"""

CHANGED_CODE = Path(__file__).parents[2] / "data" / "changed_code"

RECIPIENTS = """\
code,addressee,job_title,salutation,email,cc
E07000001,A Chief,Chief Executive,Chief,chief@northbridge.example,link@northbridge.example
E07000002,The Managing Director,Managing Director,Managing Director,md@southwell.example,
E47000001,The Chief Executive,Chief Executive,Chief Executive,chief@valley.example,
"""


def decision(reference: str, authority: str, outcome: str, **changes: object) -> dict[str, object]:
    detail = {
        "schema_version": 1,
        "case_reference": reference,
        "version": 1,
        "authority": authority,
        "decided_on": "2019-11-05",
        "outcome": outcome,
        "satisfactory_remedy": False,
        "subject": "Housing",
        "service_improvements": [],
        "public_report": None,
        "recorded_at": "2019-11-05T10:00:00Z",
    }
    return envelope("Decision Recorded", detail | changes)


def compliance(reference: str, authority: str, outcome: str) -> dict[str, object]:
    detail = {
        "schema_version": 1,
        "case_reference": reference,
        "version": 1,
        "authority": authority,
        "recorded_on": "2020-03-31",
        "outcome": outcome,
        "recorded_at": "2020-03-31T10:00:00Z",
    }
    return envelope("Compliance Recorded", detail)


def envelope(detail_type: str, detail: dict[str, object]) -> dict[str, object]:
    return {"source": "ombudsman.casework", "detail-type": detail_type, "detail": detail}


SOUND = (
    decision("1", "E07000001", "upheld", satisfactory_remedy=True),
    decision("2", "E07000001", "not_upheld"),
    decision("3", "E07000002", "upheld"),
    decision("4", "E07000003", "upheld"),
    decision("5", "E07000002", "advice_given"),
    compliance("1", "E07000001", "late"),
    compliance("3", "E07000002", "not_complied"),
)


class Desk:
    """A folder with input files, and the command to try on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("A.csv", AUTHORITIES)
        self.write("R.csv", RECIPIENTS)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def events(self, lines: Iterable[dict[str, object] | str]) -> None:
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        self.write("E.jsonl", "".join(f"{text}\n" for text in texts))

    def run(self, *arguments: str) -> Result:
        return run(self.folder, *arguments)

    def figures(self, *more: str) -> Result:
        return self.run("figures", *_files("A.csv"), *more)

    def rehearse(self, *more: str) -> Result:
        return self.run("rehearse", *_files("A.csv"), "--recipients", "R.csv", *more)

    def table(self, year: str = "2020") -> dict[str, dict[str, str]]:
        with (self.folder / "out" / year / "figures.csv").open(encoding="utf-8") as file:
            return {row["code"]: row for row in csv.DictReader(file)}

    def rejected(self) -> Sequence[dict[str, object]]:
        lines = (self.folder / "out/2020/rejected.jsonl").read_text(encoding="ascii").splitlines()
        return [json.loads(line) for line in lines]

    def record(self) -> dict[str, object]:
        content = (self.folder / "out/2020/figures.json").read_bytes()
        record: dict[str, object] = json.loads(content)
        return record


def _files(authorities: str) -> tuple[str, ...]:
    files = ("--year", "2020", "--authorities", authorities, "--events", "E.jsonl")
    return (*files, "--out", "out")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.events(SOUND)
    return desk


@pytest.mark.parametrize("command", ["figures", "rehearse", "sample", "recipients"])
def test_how_an_unusual_file_was_read_is_told(desk: Desk, command: str) -> None:
    windows = AUTHORITIES.replace(",", ";").replace("Northbridge", "Nørthbridge")
    (desk.folder / "A.csv").write_bytes(windows.encode("cp1252"))
    register, receiving = ("--authorities", "A.csv"), ("--recipients", "R.csv")
    words = {
        "figures": _files("A.csv"),
        "rehearse": (*_files("A.csv"), *receiving),
        "sample": ("--year", "2020", *register, "--out", "sample"),
        "recipients": ("check", *register, *receiving),
    }

    result = desk.run(command, *words[command])

    told = "A.csv was read as Windows-1252, separated by semicolons."
    assert told in result.stderr.splitlines()
    assert told not in result.stdout


def test_nothing_is_told_of_a_file_as_most_are(desk: Desk) -> None:
    assert "was read as" not in desk.figures().stderr


def test_figures_are_written_for_every_authority_of_the_year(desk: Desk) -> None:
    result = desk.figures()

    assert result.returncode == 0, result.stderr
    table = desk.table()
    assert list(table) == ["E07000001", "E07000002", "E07000003", "E47000001"]
    assert table["E07000001"] == {
        "code": "E07000001",
        "authority": "Northbridge District Council",
        "type": "district",
        "investigations": "2",
        "upheld": "1",
        "uphold_percent": "50",
        "uphold_average": "75",
        "compliance_outcomes": "1",
        "complied": "1",
        "compliance_percent": "100",
        "compliance_average": "50",
        "remedies": "1",
        "remedy_percent": "100",
        "remedy_average": "33",
    }


@pytest.mark.parametrize("recipients", [(), ("--recipients", str(CHANGED_CODE / "recipients.csv"))])
def test_an_authority_whose_code_has_changed_is_one_authority(
    desk: Desk, recipients: Sequence[str]
) -> None:
    files = (
        *("--authorities", str(CHANGED_CODE / "authorities.csv")),
        *("--events", str(CHANGED_CODE / "events.jsonl")),
    )

    result = desk.run(
        "rehearse" if recipients else "figures",
        *("--year", "2026", *files, *recipients, "--out", "out"),
    )

    assert result.returncode == 0, result.stderr
    assert {
        code: (row["investigations"], row["upheld"]) for code, row in desk.table("2026").items()
    } == {"E08000037": ("12", "8")}
    record = json.loads((desk.folder / "out/2026/figures.json").read_bytes())
    assert record["national"]["decisions"] == 12
    letters = [path.name for path in (desk.folder / "out").rglob("*.pdf")]
    assert letters == (["E08000037.pdf"] if recipients else [])


def test_where_there_is_no_figure_the_cell_is_empty(desk: Desk) -> None:
    desk.figures()

    row = desk.table()["E47000001"]
    assert row["investigations"] == "0"
    assert [row[name] for name in row if name.endswith(("percent", "average"))] == [""] * 6


def test_the_frozen_record_carries_the_hash_of_the_rest(desk: Desk) -> None:
    desk.figures()

    record = desk.record()
    claimed = record.pop("sha256")
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert hashlib.sha256(text.encode()).hexdigest() == claimed


def test_shuffled_and_repeated_events_give_the_same_bytes(desk: Desk) -> None:
    desk.figures()
    before = (desk.folder / "out/2020/figures.json").read_bytes()
    desk.events([*reversed(SOUND), *SOUND])

    result = desk.figures()

    assert result.returncode == 0
    assert (desk.folder / "out/2020/figures.json").read_bytes() == before


def test_a_line_that_cant_be_taken_is_kept_and_the_rest_goes_on(desk: Desk) -> None:
    unknown = decision("9", "E99999999", "upheld")
    desk.events(["{oops", *SOUND, "", unknown])

    result = desk.figures()

    assert result.returncode == 3
    assert desk.rejected() == [
        {
            "line_number": 1,
            "reason": "not_json",
            "words": "is not one event in JSON: begin a line for each, and end it with the event",
            "line": "{oops",
        },
        {
            "line_number": 10,
            "reason": "unknown_authority: E99999999",
            "words": 'authority: "E99999999" is not in the register',
            "line": json.dumps(unknown),
        },
    ]
    assert desk.table()["E07000001"]["investigations"] == "2"


def test_bytes_that_are_no_text_are_kept_as_they_were(desk: Desk) -> None:
    (desk.folder / "E.jsonl").write_bytes(b'{"caf\xe9": 1}\n')

    result = desk.figures()

    assert result.returncode == 3
    [line] = desk.rejected()
    assert line["reason"] == "not_utf8"
    assert str(line["line"]).encode("utf-8", "surrogateescape") == b'{"caf\xe9": 1}'


def test_a_wrong_register_is_refused_with_every_line_that_is_wrong(desk: Desk) -> None:
    desk.write("A.csv", "code,name,type\nE1,One,districts\nE2,,county\n")

    result = desk.figures()

    assert result.returncode == 2
    assert "line 2: type" in result.stderr
    assert "line 3: name" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("figures",),
        ("figures", *_files("missing.csv")),
        ("figures", *_files("A.csv")[2:], "--year", "twenty"),
        ("figures", *_files("A.csv")[2:], "--year", "20"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_ends_with_two_and_no_traceback(desk: Desk, arguments: Sequence[str]) -> None:
    result = desk.run(*arguments)

    assert result.returncode == 2


def test_an_output_folder_that_is_a_file_is_told_in_a_line(desk: Desk) -> None:
    desk.write("out", "in the way")

    result = desk.figures()

    assert result.returncode == 2


def test_a_rehearsal_writes_every_letter_and_its_message(desk: Desk) -> None:
    result = desk.rehearse()

    assert result.returncode == 0, result.stderr
    folder = desk.folder / "out/2020"
    codes = ["E07000001", "E07000002", "E07000003", "E47000001"]
    assert sorted(each.name for each in (folder / "outbox").iterdir()) == [
        f"2020-1-{code}.eml" for code in codes
    ]
    for kind in ("pdf", "html", "txt", "xlsx"):
        assert [(folder / f"letters/{code}.{kind}").stat().st_size > 0 for code in codes]
    text = " ".join((folder / "letters/E07000001.txt").read_text(encoding="utf-8").split())
    assert "50% of complaints we investigated were upheld." in text
    assert "This compares to an average of 75% in similar authorities." in text


def test_a_rehearsal_shows_proposed_paragraphs_as_they_would_be_read(desk: Desk) -> None:
    desk.write("N.csv", "code,family,text\nE07000001,late_answers,Slow answers.\n")

    result = desk.rehearse("--notes", "N.csv")

    assert result.returncode == 0, result.stderr
    assert "Paragraphs to review 3" in " ".join(result.stdout.split())


def test_a_rehearsal_with_wrong_notes_names_their_lines(desk: Desk) -> None:
    desk.write("N.csv", "code,family,text\nE99,late_answers,Slow.\n")

    result = desk.rehearse("--notes", "N.csv")

    assert result.returncode == 2
    assert 'line 2: code: "E99" is not in the register' in result.stderr


def test_the_letter_of_an_abolished_authority_goes_to_its_successor(desk: Desk) -> None:
    desk.rehearse()

    content = (desk.folder / "out/2020/outbox/2020-1-E07000003.eml").read_bytes()
    message = message_from_bytes(content, policy=policy.default)
    assert "chief@northbridge.example" in message["To"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "Old Mere District Council" in body.get_content()


@pytest.mark.parametrize("command", ["figures", "rehearse"])
def test_figures_that_no_year_could_be_closed_with_are_told_in_text_and_status(
    desk: Desk, command: str
) -> None:
    asked = {"figures": desk.figures, "rehearse": desk.rehearse}[command]

    mistyped = asked("--year", "2019")
    to_come = asked("--year", "2999")
    desk.write("E.jsonl", "")
    empty = asked()

    def words(result: Result) -> str:
        return " ".join(result.stderr.split())

    assert (mistyped.returncode, to_come.returncode, empty.returncode) == (1, 1, 1)
    assert "no decision in the file is of 2019; what it holds counts in 2020" in words(mistyped)
    assert "the year 2999 ends on 2999-03-31" in words(to_come)
    assert "the file of events is empty" in words(empty)


@pytest.mark.parametrize("command", ["figures", "rehearse"])
def test_a_volume_that_closing_would_question_is_told_in_text_and_status(
    desk: Desk, command: str
) -> None:
    before = {"decided_on": "2018-11-05", "recorded_at": "2018-11-05T10:00:00Z"}
    earlier = [decision(f"18-{n}", "E07000001", "upheld", **before) for n in range(11)]
    asked = {"figures": desk.figures, "rehearse": desk.rehearse}[command]

    desk.events([*SOUND, *earlier[1:]])
    half_as_many = asked()
    desk.events([*SOUND, *earlier])
    fewer = asked()

    assert (half_as_many.returncode, fewer.returncode) == (0, 1)
    told = "5 decisions of 2020, under half of the 11 of 2019: closing asks whether that is right"
    assert told in " ".join(fewer.stderr.split())


def test_a_rehearsal_goes_on_without_a_recipient_and_says_that_closing_would_not(
    desk: Desk,
) -> None:
    without = [line for line in RECIPIENTS.splitlines() if "southwell" not in line]
    desk.write("R.csv", "\n".join(without))

    result = desk.rehearse()

    assert result.returncode == 0
    assert "no recipient for the letter of E07000002" in " ".join(result.stderr.split())
    assert not (desk.folder / "out/2020/letters/E07000002.pdf").exists()
    assert (desk.folder / "out/2020/letters/E07000001.pdf").exists()


def test_a_rehearsal_is_the_same_by_any_number_of_threads_for_a_letter_that_fails_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("A.csv", AUTHORITIES.replace("Southwell", "王"))
    rehearsed = []
    for threads in (1, 3):
        monkeypatch.setattr(
            "annual_review.rehearsal.rehearsal.processors", lambda count=threads: count
        )
        result = desk.rehearse("--out", f"by {threads}")
        assert result.returncode == 1
        assert "(E07000002) can't be printed" in " ".join(result.stderr.split())
        folder = desk.folder / f"by {threads}"
        rehearsed.append(
            {
                path.relative_to(folder): path.read_bytes()
                for path in folder.rglob("*")
                if path.is_file()
            }
        )

    alone, together = rehearsed
    assert together == alone
    assert sum(path.suffix == ".eml" for path in alone) == 3


def test_letters_of_an_earlier_rehearsal_do_not_linger(desk: Desk) -> None:
    desk.rehearse()
    desk.write("A.csv", "\n".join(AUTHORITIES.splitlines()[:3]))
    desk.events(SOUND[:2])

    desk.rehearse()

    letters = {each.stem for each in (desk.folder / "out/2020/letters").iterdir()}
    assert letters == {"E07000001", "E07000002"}


def test_a_year_without_an_edition_is_rehearsed_with_a_warning(desk: Desk) -> None:
    result = desk.run(
        *("rehearse", "--year", "2021", "--authorities", "A.csv", "--recipients", "R.csv"),
        *("--events", "E.jsonl", "--out", "out"),
    )

    # Its decisions are of the year before, which is told as well.
    assert result.returncode == 1
    assert "no edition 2021" in result.stderr
    assert desk.table("2021")["E07000001"]["investigations"] == "0"


def test_a_sample_year_can_be_made_and_counted(desk: Desk) -> None:
    made = desk.run("sample", "--year", "2020", "--out", "sample", "--malformed", "3")
    counted = desk.run(
        *("figures", "--year", "2020", "--authorities", "sample/authorities.csv"),
        *("--events", "sample/events.jsonl", "--out", "out"),
    )

    assert made.returncode == 0, made.stderr
    notes = desk.folder / "sample/notes.csv"
    assert read_notes(notes, read_register(desk.folder / "sample/authorities.csv"))
    assert counted.returncode == 3
    assert len(desk.rejected()) == 3
    rochford = desk.table()["E07000075"]
    assert (rochford["uphold_percent"], rochford["uphold_average"]) == ("100", "45")


def test_the_command_is_installed_under_its_name(desk: Desk) -> None:
    command = Path(sys.executable).with_name("annual-review")

    arguments = [str(command), "figures", *_files("A.csv")]
    result = subprocess.run(arguments, cwd=desk.folder, capture_output=True, check=False)

    assert result.returncode == 0, result.stderr
    assert desk.table()["E07000001"]["upheld"] == "1"


def test_every_command_explains_itself(desk: Desk) -> None:
    for command in ("figures", "rehearse", "sample", "schemas"):
        result = desk.run(command, "--help")
        assert result.returncode == 0
        assert "--out" in result.stdout
