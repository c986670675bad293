"""What may not be public is hidden in a rehearsal's folder, and looked for in the whole site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.publication.public_folder import read_public_year
from annual_review.adapters.files.rehearsal_folder import Rehearsed, write_letters, write_records
from annual_review.domain.authorities import Register
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.figures import figures_of_year
from annual_review.domain.letters import LetterState
from annual_review.domain.tallies import TallyKey
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.pages import Site
from annual_review.services.documents import digest
from annual_review.services.figures.frozen_figures import freeze_figures
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter, a_letter_id, cases_of
from tests.unit.rendering.site.years import AUTHORITIES, TALLIES

SENTINEL = "sentinel-7f3a"
MESSAGE = b"the letter and what goes with it"


def opened(message: bytes) -> Mapping[str, bytes]:
    """Stand in for what opens a message: it brings a case list, too."""
    assert message == MESSAGE
    return {
        "pdf": b"the letter",
        "html": b"the letter",
        "txt": SENTINEL.encode(),
        "xlsx": SENTINEL.encode(),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rehearsal whose county may show its letter, whose districts may not."""
    tallies = {TallyKey(code, YEAR): tally for code, tally in TALLIES.items()}
    figures = figures_of_year(YEAR, Register(AUTHORITIES), tallies)
    cases = {code: cases_of(tally) for code, tally in TALLIES.items()}
    frozen = freeze_figures(figures, cases)
    for name in ("figures.json", "figures.csv"):
        (tmp_path / name).write_bytes(frozen.documents[name][0])
    write_records(
        tmp_path,
        {
            each.authority.code: frozen.documents[f"authorities/{each.authority.code}.json"][0]
            for each in figures.authorities
        },
    )
    register = "code,name,type\n" + "".join(
        f"{each.code},{each.name},{each.type}\n" for each in AUTHORITIES
    )
    (tmp_path / "frozen/register.csv").write_text(register)
    for name in ("frozen/recipients.csv", "frozen/notes.csv", "rejected.jsonl", "refusals.txt"):
        (tmp_path / name).write_text(SENTINEL)
    for name in ("letters", "outbox"):
        (tmp_path / name).mkdir()
    for code in (ROCHFORD, OTHER_DISTRICT, COUNTY):
        for kind in ("pdf", "html", "txt", "xlsx"):
            (tmp_path / "letters" / f"{code}.{kind}").write_text(SENTINEL)
        message = MESSAGE if code == COUNTY else SENTINEL.encode()
        (tmp_path / "outbox" / f"{a_letter_id(code).tag}.eml").write_bytes(message)
    write_letters(
        tmp_path,
        YEAR,
        [
            Rehearsed(a_letter(LetterState.HELD, authority=ROCHFORD), goes_to_successor=False),
            Rehearsed(
                a_letter(LetterState.ACCEPTED, authority=OTHER_DISTRICT),
                goes_to_successor=False,
                paragraphs=1,
                unreviewed=1,
            ),
            Rehearsed(
                a_letter(LetterState.ACCEPTED, authority=COUNTY, message_sha256=digest(MESSAGE)),
                goes_to_successor=False,
            ),
        ],
    )
    return tmp_path


def test_recipients_notes_case_lists_and_letters_not_to_be_shown_are_nowhere_on_the_site(
    folder: Path,
) -> None:
    files = dict(files_of(Site((read_public_year(folder, date(2020, 7, 29), opened),))))

    leaking = [
        path for path, content in files.items() if SENTINEL in path or SENTINEL.encode() in content
    ]
    assert leaking == []
    assert files["2020/letters/E10000012.pdf"] == b"the letter"


def test_a_case_that_was_not_investigated_is_nowhere_on_the_site(folder: Path) -> None:
    rochford = cases_of(TALLIES[ROCHFORD])
    hidden = {
        each.reference for each in rochford if DecisionOutcome.REFERRED_BACK.value in each.measures
    }
    public = read_public_year(folder, date(2020, 7, 29), opened).by_code[ROCHFORD]

    assert hidden
    assert hidden.isdisjoint(each.reference for each in public.decisions)
    assert hidden.isdisjoint(each.reference for each in public.compliance)


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_text("2 of 12 upheld")])
def test_a_letter_that_is_not_the_one_that_was_prepared_is_not_published(
    folder: Path, change: Callable[[Path], object]
) -> None:
    change(folder / "outbox" / f"{a_letter_id(COUNTY).tag}.eml")

    with pytest.raises(InputFileError) as refused:
        read_public_year(folder, date(2020, 7, 29), opened)

    assert "rehearse the year again" in str(refused.value.problems)


def test_a_record_that_was_changed_after_the_freeze_is_refused(folder: Path) -> None:
    record = folder / "frozen/authorities" / f"{ROCHFORD}.json"
    record.write_bytes(record.read_bytes().replace(b'"upheld": 1', b'"upheld": 0'))

    with pytest.raises(InputFileError) as refused:
        read_public_year(folder, date(2020, 7, 29), opened)

    assert "not what was frozen" in str(refused.value.problems)
