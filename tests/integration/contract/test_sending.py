from __future__ import annotations

from dataclasses import replace

from annual_review.domain.letters import Act
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import (
    SendingChange,
    SendingRecord,
    SendingStops,
    StopReason,
)
from tests.builders import NOON, OTHER_DISTRICT, YEAR, a_letter_id
from tests.integration.contract.stores import Stores

LETTER = a_letter_id()
ACT = Act("A. Person", NOON, "the domain is verified")
NOTHING = SendingRecord(YEAR)


def test_a_year_of_which_nothing_was_refused_has_an_empty_record(stores: Stores) -> None:
    assert stores.sending.get(YEAR) == NOTHING


def test_refusals_stops_and_who_resumed_are_kept_for_each_year(stores: Stores) -> None:
    stops = SendingStops(stores.sending)
    stops.refused(LETTER, NOON, "SendEmail: MessageRejected")
    stops.stop(LETTER, NOON, "SendEmail: SendingPausedException", StopReason.PAUSED)

    kept = stores.sending.get(YEAR)
    assert kept.refused == (LETTER.tag,)
    assert kept == replace(
        NOTHING.stopped(LETTER, NOON, "SendEmail: SendingPausedException", StopReason.PAUSED),
        refused=(LETTER.tag,),
        version=2,
    )
    stops.resume(YEAR, ACT)
    after = stores.sending.get(YEAR)
    assert (after.refused, after.stop, after.version) == ((), None, 3)
    assert [each.change for each in after.history] == [*SendingChange]
    assert after.history[-1].by == ACT.by
    assert stores.sending.get(ReportingYear(2021)).history == ()


def test_a_change_beside_one_that_was_kept_since_is_not_kept(stores: Stores) -> None:
    seen = stores.sending.get(YEAR)
    assert stores.sending.put(replace(seen, refused=(LETTER.tag,)))

    # The same once more: the request was repeated after it took effect.
    assert not stores.sending.put(replace(seen, refused=(LETTER.tag,)))
    assert not stores.sending.put(replace(seen, refused=(a_letter_id(OTHER_DISTRICT).tag,)))
    assert stores.sending.get(YEAR).refused == (LETTER.tag,)
