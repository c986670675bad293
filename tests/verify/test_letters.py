"""Every variant of the letter passes PDF/A-2a and PDF/UA-1, and letters broken on purpose don't.

All of them are verified in one start of the validator: starting it takes longer than ten letters.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from annual_review.domain.reporting_year import ReportingYear
from infrastructure.verify.findings import Verdict
from infrastructure.verify.verapdf import VeraPdf
from infrastructure.verify.verify import verify
from tests.verify.broken import BROKEN, rewritten
from tests.verify.letters import VARIANTS, YEARS, name_of, printed_letters, printed_reviews

NOT_A_PDF = "not a PDF, schön"


@pytest.fixture(scope="module")
def verdicts(
    engine: VeraPdf, letter: bytes, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Verdict]:
    pdfs = dict(printed_letters()) | dict(printed_reviews())
    pdfs |= {name: rewritten(letter, change) for name, (change, _rule) in BROKEN.items()}
    pdfs |= {"rewritten": rewritten(letter), NOT_A_PDF: b"Dear Sir or Madam"}
    folder: Path = tmp_path_factory.mktemp("letters")
    files = [folder / f"{name}.pdf" for name in pdfs]
    for file, pdf in zip(files, pdfs.values(), strict=True):
        file.write_bytes(pdf)
    return {verdict.file.stem: verdict for verdict in verify(files, engine)}


@pytest.mark.parametrize("year", YEARS, ids=str)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_passes(verdicts: dict[str, Verdict], variant: str, year: ReportingYear) -> None:
    assert list(map(str, verdicts[name_of(variant, year)].findings)) == []


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_a_national_review_passes(verdicts: dict[str, Verdict], year: ReportingYear) -> None:
    assert list(map(str, verdicts[name_of("national review", year)].findings)) == []


def test_being_written_again_breaks_nothing(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["rewritten"].passed


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("untagged", {"PDF/A-2a 6.7.2.2-1", "PDF/A-2a 6.7.3.3-1", "PDF/UA-1 7.1-11"}),
        ("no language", {"PDF/UA-1 7.2-34"}),
        ("fonts not embedded", {"PDF/A-2a 6.2.11.4.1-1", "PDF/UA-1 7.21.4.1-1"}),
        ("no alternative texts", {"PDF/UA-1 7.3-1"}),
        ("links not tagged", {"PDF/UA-1 7.18.5-1"}),
    ],
)
def test_the_validator_sees_what_is_broken(
    verdicts: dict[str, Verdict], name: str, rules: set[str]
) -> None:
    found = {f"{each.source} {each.rule}" for each in verdicts[name].findings}

    assert rules <= found


@pytest.mark.parametrize("name", ["charts as decoration", "links without an address", "no title"])
def test_what_the_validator_accepts_is_seen_all_the_same(
    verdicts: dict[str, Verdict], name: str
) -> None:
    assert {finding.source for finding in verdicts[name].findings} == {"letter"}


def test_a_finding_says_what_is_asked_for_where_and_how_often(
    verdicts: dict[str, Verdict],
) -> None:
    found = next(each for each in verdicts["no alternative texts"].findings if each.rule == "7.3-1")

    assert "alternative representation" in found.meaning
    assert "Figure" in found.where
    assert found.times == 3


def test_what_is_no_pdf_fails_and_stops_no_other(verdicts: dict[str, Verdict]) -> None:
    assert {finding.rule for finding in verdicts[NOT_A_PDF].findings} == {"unreadable"}
