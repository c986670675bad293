"""What is told of a year, in a terminal and in a browser alike."""

from __future__ import annotations

from dataclasses import replace

from annual_review.domain.letters import LetterState
from annual_review.services.dispatch.sending_stops import SendingChange, SendingStep, StopReason
from annual_review.services.year_end.year_phases import PhaseRecord
from annual_review.services.year_end.year_status import YearStatus
from annual_review.views.year_status import Fact, Line, Tone, facts_of
from tests.builders import NOON, YEAR
from tests.year_snapshots import a_snapshot, letters

STOPPED = SendingStep(
    SendingChange.STOPPED, NOON, "send_letter", "X", StopReason.PAUSED, "2020-1-E07000075"
)
RESUMED = SendingStep(SendingChange.RESUMED, NOON, "a.person", "it was enabled")


def sending(*history: SendingStep, stop: SendingStep | None) -> list[Fact]:
    snapshot = replace(a_snapshot(*letters(LetterState.APPROVED)), stop=stop)
    status = YearStatus(snapshot, PhaseRecord(YEAR), sending=history)
    return [fact for fact in facts_of(status) if fact.name == "Sending"]


def test_a_stop_of_sending_is_an_alarm_until_somebody_ends_it() -> None:
    told = "stopped 22 July 2020, 13:00 by send_letter, 2020-1-E07000075: X"
    ended = "resumed 22 July 2020, 13:00 by a.person: it was enabled"

    assert sending(stop=None) == []
    assert sending(STOPPED, stop=STOPPED) == [Fact("Sending", (Line(told, Tone.ALARM),))]
    assert sending(STOPPED, RESUMED, stop=None) == [Fact("Sending", (Line(told), Line(ended)))]
