from __future__ import annotations

import json
from pathlib import Path

import pytest

from annual_review.adapters.files.event_files import read_events, write_rejected
from annual_review.adapters.files.input_files import InputFileError
from annual_review.services.recording.record_decisions import Verdict
from tests.builders import a_message, an_event, an_upheld_decision
from tests.fakes.patience import endless
from tests.worlds import World


def test_events_are_read_one_a_line_and_named_by_their_line_number(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [json.dumps(an_event(public_report=each)) for each in ("Ynys Môn", "\u2028")]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert list(read_events(path)) == [a_message(lines[0], "1"), a_message(lines[1], "2")]


def test_blank_lines_keep_their_number_and_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xef\xbb\xbffirst\r\n\n   \nfourth")

    assert list(read_events(path)) == [a_message("first", "1"), a_message("fourth", "4")]


def test_a_line_that_is_no_utf8_is_rejected_like_any_other_and_its_neighbours_are_recorded(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events.jsonl"
    sound = json.dumps(an_event(an_upheld_decision("1"))).encode()
    path.write_bytes(b"\n".join([sound, b'{"caf\xe9": 1}', sound]))
    world = World()

    report = world.record_decisions().record(list(read_events(path)), endless())

    assert report.verdicts == {
        "1": Verdict.RECORDED,
        "2": Verdict.REJECTED,
        "3": Verdict.DUPLICATE,
    }
    assert report.reasons == {"2": "not_utf8"}


def test_rejected_lines_are_written_in_order_and_can_be_restored_to_the_byte(
    tmp_path: Path,
) -> None:
    source, out = tmp_path / "events.jsonl", tmp_path / "rejected.jsonl"
    lines = [b"{", b'{"caf\xe9": "\xe2\x80\xa8"}', b"\x00"]
    source.write_bytes(b"\n".join(lines))
    rejected = [(message, "not_json") for message in read_events(source)]

    write_rejected(out, reversed(rejected))

    records = [json.loads(line) for line in out.read_text("ascii").splitlines()]
    assert [(each["line_number"], each["reason"]) for each in records] == [
        (1, "not_json"),
        (2, "not_json"),
        (3, "not_json"),
    ]
    assert [each["line"].encode("utf-8", "surrogateescape") for each in records] == lines


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"a": 1}\n'.encode("utf-16"), "UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-be"), "UTF-16"),
        ('{"a": 1}\n'.encode("utf-32"), "UTF-32 text"),
        (b"PK\x03\x04xl/workbook.xml", "an Excel workbook or another zip file"),
        (b'\xef\xbb\xbf[\n {"a": 1}\n]\n', "a list in JSON"),
    ],
)
def test_a_file_no_line_of_which_can_be_an_event_is_refused_by_name(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)

    with pytest.raises(InputFileError) as refused:
        list(read_events(path))

    assert refused.value.problems == (f"is {kind}: save it as UTF-8 text, one event a line",)
