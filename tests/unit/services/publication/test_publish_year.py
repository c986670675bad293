"""A year becomes public on its day, exactly as it was approved, whatever happens on the way."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.publication.history import (
    TAKES_AT_MOST,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import NOT_FINAL, Manifest, PublicationName
from annual_review.domain.reporting_year import FIRST_REVISION, Revision
from annual_review.domain.year_phases import YearPhase
from annual_review.services.documents import digest
from annual_review.services.errors import PortError
from annual_review.services.figures.closes import Close
from annual_review.services.publication.approve_publication import NotApprovedError
from annual_review.services.publication.peer_groups import PEERS_FILE
from annual_review.services.publication.publication_store import (
    NOTICE,
    AlteredPublicationError,
    NotStagedError,
)
from annual_review.services.publication.publish_year import NotPublishedError, OvertakenError
from annual_review.services.publication.stage_publication import NotStagedYetError
from tests.builders import COUNTY, OTHER_DISTRICT, ROCHFORD, YEAR
from tests.fakes.faults import BREAKING_OFF, Fault, Faults, ProcessDiedError
from tests.fakes.scheduler import interleave
from tests.publishing import (
    ON_THE_DAY,
    THE_DAY_BEFORE,
    Publishing,
    a_complete_year,
    an_act,
)

PAGE = "2020/authorities/e07000075/index.html"
LETTER = "2020/letters/E07000075.pdf"
DATA = "data/2020/r1/figures.csv"


@pytest.fixture
def publishing() -> Publishing:
    return a_complete_year()


def approved_files(publishing: Publishing, name: PublicationName) -> dict[str, str]:
    manifest = Manifest.read(publishing.files.manifest(name))
    return {path: each.sha256 for path, each in manifest.files.items()}


def hashes(publishing: Publishing) -> dict[str, str]:
    return {path: digest(each) for path, each in publishing.site.items() if path != NOTICE}


def test_what_is_public_is_byte_for_byte_what_was_approved(publishing: Publishing) -> None:
    name = publishing.approve()

    publishing.publish()

    assert hashes(publishing) == approved_files(publishing, name)
    assert digest(publishing.files.manifest(name)) == name
    assert publishing.world.phases.get(YEAR).phase is YearPhase.PUBLISHED


def test_nothing_is_public_before_the_day(publishing: Publishing) -> None:
    publishing.approve()

    with pytest.raises(NotPublishedError, match="published on 2020-07-29"):
        publishing.publish(THE_DAY_BEFORE)

    assert publishing.site == {}


def test_what_nobody_has_approved_is_not_published(publishing: Publishing) -> None:
    publishing.stage()

    with pytest.raises(NotPublishedError, match="no publication of 2020 is approved"):
        publishing.publish()

    assert publishing.site == {}


def test_a_year_that_is_not_complete_is_not_even_staged() -> None:
    publishing = Publishing()
    publishing.world.close()

    with pytest.raises(NotStagedYetError, match="not complete"):
        publishing.stage()

    assert publishing.files.staging == {}


def test_publishing_twice_is_publishing_once(publishing: Publishing) -> None:
    publishing.approve()
    publishing.publish()
    before, states = dict(publishing.site), publishing.states()

    report = publishing.publish(ON_THE_DAY + timedelta(days=1))

    assert report.was_live
    assert (dict(publishing.site), publishing.states()) == (before, states)


def test_staging_and_approving_twice_is_doing_it_once(publishing: Publishing) -> None:
    name = publishing.approve()
    states = publishing.states()

    assert publishing.approve() == name
    assert publishing.states() == states == [PublicationState.STAGED, PublicationState.APPROVED]


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
@pytest.mark.parametrize(
    "act", [Publishing.stage, Publishing.approve, Publishing.publish], ids=lambda act: act.__name__
)
def test_whatever_is_broken_off_at_any_call_is_resumed(
    act: Callable[[Publishing], object], fault: Fault
) -> None:
    number, struck = 0, True
    while struck:
        publishing = a_complete_year()
        if act is Publishing.publish:
            publishing.approve()
        faults = Faults({number: fault})
        with contextlib.suppress(ProcessDiedError, PortError):
            act(publishing.under(faults))
        struck, number = faults.struck, number + 1

        act(publishing)

        name = publishing.approve()
        publishing.publish()
        assert hashes(publishing) == approved_files(publishing, name)
        assert publishing.world.phases.get(YEAR).phase is YearPhase.PUBLISHED
        assert publishing.states().count(PublicationState.LIVE) == 1
    assert number > 5


@pytest.mark.parametrize("fault", BREAKING_OFF, ids=str)
def test_a_fault_on_the_way_leaves_what_the_old_pages_need(fault: Fault) -> None:
    number, is_over = 0, False
    while not is_over:
        publishing = a_complete_year()
        publishing.approve()
        publishing.publish()
        old, notice = set(publishing.site), publishing.site[NOTICE]
        publishing.object(ROCHFORD)
        publishing.approve()
        faults = Faults({number: fault})
        with contextlib.suppress(ProcessDiedError, PortError):
            publishing.under(faults).publish()
        number += 1
        is_over = publishing.site[NOTICE] != notice or not faults.struck

        assert is_over or set(publishing.site) >= old
    assert number > 10


def test_a_file_that_was_changed_after_it_was_staged_stops_all_of_it(
    publishing: Publishing,
) -> None:
    name = publishing.approve()
    publishing.files.staging[name, PAGE] += b" and more"

    with pytest.raises(AlteredPublicationError, match=PAGE):
        publishing.publish()

    assert publishing.site == {}


def test_a_site_of_today_s_figures_is_neither_staged_nor_approved_nor_published(
    publishing: Publishing,
) -> None:
    service = replace(
        publishing.stage_publication(), build=lambda _years, _peers: [(NOT_FINAL, b"")]
    )
    with pytest.raises(ValueError, match="figures that are not final are not published"):
        service.plan(YEAR)

    approved = publishing.approve()
    record = json.loads(publishing.files.manifests[approved])
    record["files"][NOT_FINAL] = record["files"][PAGE]
    content = f"{json.dumps(record, sort_keys=True, indent=1)}\n".encode()
    by_hand = PublicationName(digest(content))
    publishing.files.manifests[by_hand] = content
    for state in (PublicationState.STAGED, PublicationState.APPROVED):
        step = PublicationStep(ON_THE_DAY, state, by_hand, YEAR, "somebody", "by hand")
        assert publishing.history.add(publishing.history.get(), step)

    for act in (
        lambda: publishing.approve_publication().approve(by_hand, an_act()),
        publishing.publish,
    ):
        with pytest.raises(AlteredPublicationError, match="figures that are not final"):
            act()
    assert publishing.site == {}


def test_a_manifest_that_is_not_the_one_it_names_is_not_approved(publishing: Publishing) -> None:
    name = publishing.stage()
    whole = Manifest.read(publishing.files.manifests[name])
    publishing.files.manifests[name] = replace(whole, files={}).content

    with pytest.raises(AlteredPublicationError):
        publishing.approve_publication().approve(name, an_act())


def test_what_was_never_staged_is_not_approved(publishing: Publishing) -> None:
    with pytest.raises(NotStagedError):
        publishing.approve_publication().approve(PublicationName("0" * 64), an_act())


@pytest.mark.parametrize("seed", range(20))
def test_of_two_that_publish_at_once_one_is_noted_and_the_site_is_whole(seed: int) -> None:
    publishing = a_complete_year()
    name = publishing.approve()

    def publish(pause: Callable[[], None]) -> None:
        publishing.under(Faults(before_each=pause)).publish()

    interleave(seed, publish, publish)

    assert publishing.states().count(PublicationState.LIVE) == 1
    assert hashes(publishing) == approved_files(publishing, name)


@pytest.mark.parametrize("seed", range(20))
def test_of_two_different_ones_at_once_one_wins_and_the_other_says_so(seed: int) -> None:
    publishing = a_complete_year()
    first = publishing.approve()
    publishing.publish()
    publishing.object(ROCHFORD)
    second = publishing.approve()
    publishing.publish()
    publishing.answer(ROCHFORD)
    lost: list[OvertakenError] = []

    def go_back(name: PublicationName) -> Callable[[Callable[[], None]], None]:
        def go(pause: Callable[[], None]) -> None:
            under = publishing.under(Faults(before_each=pause))
            try:
                under.publish_year().go_back(name, an_act())
            except OvertakenError as error:
                lost.append(error)

        return go

    interleave(seed, go_back(first), go_back(second))

    live = publishing.history.get().live
    assert live is not None
    assert hashes(publishing) == approved_files(publishing, live.publication)


def test_whoever_takes_over_after_a_crash_copies_all_of_it(publishing: Publishing) -> None:
    first = publishing.approve()
    publishing.publish()
    publishing.object(ROCHFORD)
    publishing.approve()
    with pytest.raises(ProcessDiedError):
        publishing.under(Faults({20: Fault(ProcessDiedError)})).publish()
    publishing.answer(ROCHFORD)
    go_back = publishing.publish_year().go_back

    with pytest.raises(OvertakenError, match="going live since"):
        go_back(first, an_act(ON_THE_DAY + timedelta(minutes=1)))
    go_back(first, an_act(ON_THE_DAY + TAKES_AT_MOST))

    assert hashes(publishing) == approved_files(publishing, first)


def test_going_back_makes_public_what_was_public_before_and_sets_the_approval_aside(
    publishing: Publishing,
) -> None:
    first = publishing.approve()
    publishing.publish()
    publishing.object(ROCHFORD)
    second = publishing.approve()
    publishing.publish()
    assert LETTER not in publishing.site
    publishing.answer(ROCHFORD)

    publishing.publish_year().go_back(first, an_act(reason="the page was wrong"))

    assert hashes(publishing) == approved_files(publishing, first)
    assert publishing.publish().manifest.name == first != second
    step = publishing.history.get().steps[-1]
    assert (step.by, step.why) == ("a.person", "the page was wrong")


def test_peer_groups_are_published_and_stay_until_others_are_given(publishing: Publishing) -> None:
    code, first, second = map(AuthorityCode, (ROCHFORD, OTHER_DISTRICT, COUNTY))
    approve = publishing.approve_publication().approve
    approve(publishing.stage(peers={code: [second, first]}), an_act())
    publishing.publish()

    publishing.object(OTHER_DISTRICT)
    publishing.approve()
    publishing.publish()
    assert publishing.site[PEERS_FILE].decode().split() == [
        "code,peer,rank",
        f"{ROCHFORD},{COUNTY},1",
        f"{ROCHFORD},{OTHER_DISTRICT},2",
    ]

    approve(publishing.stage(peers={}), an_act())
    publishing.publish()
    assert PEERS_FILE not in publishing.site


def test_nobody_can_go_back_to_what_shows_an_authority_that_objected_since(
    publishing: Publishing,
) -> None:
    first = publishing.approve()
    publishing.publish()
    publishing.object(ROCHFORD)
    second = publishing.approve()
    publishing.publish()

    with pytest.raises(NotPublishedError, match=f"challenge of {ROCHFORD} to 2020 is open"):
        publishing.publish_year().go_back(first, an_act())

    assert hashes(publishing) == approved_files(publishing, second)


def test_nobody_can_go_back_to_what_was_never_public(publishing: Publishing) -> None:
    name = publishing.approve()

    with pytest.raises(NotPublishedError, match="never public"):
        publishing.publish_year().go_back(name, an_act())


def test_a_challenge_after_the_approval_stops_what_shows_its_authority(
    publishing: Publishing,
) -> None:
    publishing.approve()
    publishing.object(OTHER_DISTRICT)

    with pytest.raises(NotPublishedError, match=OTHER_DISTRICT):
        publishing.publish()

    assert publishing.site == {}


def test_a_re_issue_after_staging_has_to_be_staged_again(publishing: Publishing) -> None:
    name = publishing.stage()
    close = publishing.world.closes.latest(YEAR)
    assert close
    publishing.world.closes.add(
        Close(YEAR, Revision(2), close.figures_sha256, ON_THE_DAY, AuthorityCode(ROCHFORD))
    )

    with pytest.raises(NotApprovedError, match=f"revision 2, not {FIRST_REVISION}"):
        publishing.approve_publication().approve(name, an_act())


def test_the_data_of_a_revision_stay_public_when_a_year_is_corrected(
    publishing: Publishing,
) -> None:
    publishing.approve()
    publishing.publish()
    data = publishing.site[DATA]
    publishing.reissue(ROCHFORD)

    publishing.approve()
    publishing.publish()

    assert publishing.site[DATA] == data
    assert DATA.replace("r1", "r2") in publishing.site


def test_publication_goes_on_without_an_authority_whose_challenge_is_open(
    publishing: Publishing,
) -> None:
    publishing.object(ROCHFORD)
    publishing.approve()

    report = publishing.publish()

    assert publishing.site[PAGE] == b"the letter of Council E07000075 follows"
    assert LETTER not in publishing.site
    assert "2020/letters/E07000076.pdf" in publishing.site
    assert report.awaited == 1


def test_a_plan_lists_what_changes_and_keeps_nothing(publishing: Publishing) -> None:
    publishing.approve()
    publishing.publish()
    publishing.object(ROCHFORD)
    staged = len(publishing.files.staging)

    planned = publishing.stage_publication().plan(YEAR)

    # Of the same revision, the data lack whoever objects.
    assert planned.changes.changed == (PAGE, DATA)
    assert ROCHFORD not in planned.contents[DATA].decode()
    assert planned.changes.removed == (LETTER,)
    assert not planned.changes.added
    assert len(publishing.files.staging) == staged


def test_what_pages_need_comes_before_them_and_what_leads_to_them_after(
    publishing: Publishing,
) -> None:
    publishing.approve()

    publishing.publish()

    paths = list(publishing.site)
    assert paths.index(LETTER) < paths.index(PAGE) < paths.index("index.html")
    assert paths[-1] == NOTICE
