"""What may be public is gathered from the deployed system, and nothing else comes along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.own_performance import Family
from annual_review.domain.reporting_year import ReportingYear
from annual_review.rendering.site.build import files_of
from annual_review.rendering.site.pages import Site
from annual_review.services.at_once import in_threads
from annual_review.services.figures.frozen_records import AlteredRecordError
from annual_review.services.letters.letter import Letter, Move
from annual_review.services.letters.own_performance import LoadedNote, Note
from annual_review.services.publication.gather_years import NotGatheredError
from annual_review.services.publication.public_year import PublicYear
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR, a_letter_id
from tests.publishing import ON_THE_DAY, Publishing, a_complete_year

NOTE = "sentinel-of-a-note"


def gathered(publishing: Publishing, *awaited: AuthorityCode) -> PublicYear:
    [year] = publishing.gather().gather({YEAR: awaited})
    return year


def test_nothing_that_is_not_public_comes_along_to_the_site() -> None:
    publishing = a_complete_year(held=[ROCHFORD])
    loaded = LoadedNote(Note(ROCHFORD, Family.LATE_ANSWERS, NOTE), "Ann", ON_THE_DAY, 0)
    letter = publishing.world.letters.get(a_letter_id(ROCHFORD))
    assert publishing.world.paragraphs.add_note(YEAR, loaded, (letter, _noted(letter)))
    sent = publishing.world.letters.get(a_letter_id(COUNTY))
    message = publishing.world.documents.get(sent.key("eml"))
    assert b"chief.executive@" in message, "the test has something to look for"

    site = dict(files_of(Site((gathered(publishing, OTHER_DISTRICT),))))

    hidden = {
        "mailboxes": b"chief.executive@",
        "the note": NOTE.encode(),
        "the held letter": b"the letter of E07000075",
        "the letter of the challenge": b"the letter of E07000076",
        "the case of the challenge": b"19-0002",
        "what was not investigated": b"19-0003",
    }
    leaks = [
        (what, path) for what, secret in hidden.items() for path in site if secret in site[path]
    ]
    assert leaks == []
    assert site["2020/letters/E10000012.pdf"] == b"%PDF eml the letter of E10000012"


def _noted(letter: Letter) -> Move:
    return Move.note(letter, ON_THE_DAY, "a note was loaded")


def test_a_letter_that_was_replaced_by_a_re_issue_is_not_shown() -> None:
    publishing = a_complete_year()
    publishing.reissue(ROCHFORD)

    found = gathered(publishing).by_code

    assert found[AuthorityCode(ROCHFORD)].letter is None
    assert found[AuthorityCode(OTHER_DISTRICT)].letter is not None


def test_a_letter_that_is_not_the_one_that_was_sent_is_refused() -> None:
    publishing = a_complete_year()
    letter = publishing.world.letters.get(a_letter_id(ROCHFORD))
    publishing.world.documents.put(letter.key("eml"), b"another\nletter", "message/rfc822")

    with pytest.raises(NotGatheredError, match="2020-1-E07000075 is not what was prepared"):
        gathered(publishing)


def test_figures_that_were_changed_since_they_were_frozen_are_refused() -> None:
    publishing = a_complete_year()
    close = publishing.world.closes.latest(YEAR)
    assert close
    name = f"{close.folder}/authorities/{ROCHFORD}.json"
    publishing.world.documents.put(name, b"{}", "application/json")

    with pytest.raises(AlteredRecordError, match=ROCHFORD):
        gathered(publishing)


def test_a_year_that_is_not_closed_has_nothing_to_publish() -> None:
    with pytest.raises(NotGatheredError, match="2021 is not closed"):
        a_complete_year().gather().gather({ReportingYear(2021): ()})


def test_several_at_once_gather_what_one_after_the_other_does() -> None:
    publishing = a_complete_year()
    alone = publishing.gather()

    together = replace(alone, spread=in_threads(4))

    assert together.gather({YEAR: ()}) == alone.gather({YEAR: ()})
