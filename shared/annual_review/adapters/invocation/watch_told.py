"""What the watch says of what it found: a log line for each thing, and counts for the alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annual_review.adapters.invocation.observation import Observer
from annual_review.services.event_sources import EventSources
from annual_review.services.year_end.watch_letters import YearWatch


def tell_watch(
    observer: Observer, years: Iterable[YearWatch], adrift: Iterable[str], sources: EventSources
) -> Mapping[str, Any]:
    """Watch and tell of the years, tallies that differ and event sources, one after the other.

    At the end the watch counts itself: without that an alarm rings that nobody watches.
    """
    done = {str(watch.year): _tell_year(watch, observer) for watch in years}
    differing = list(adrift)
    for authority in differing:
        observer.warn("tally_adrift", authority=authority)
    stopped = sources.stopped()
    for function in stopped:
        observer.warn("event_source_disabled", function=function)
    observer.count({"tallies_adrift": len(differing), "event_sources_disabled": len(stopped)})
    observer.count({"watches": 1})
    return done


def _tell_year(watch: YearWatch, observer: Observer) -> Mapping[str, Any]:
    for each in watch.stuck:
        tag, state = each.letter.id.tag, each.letter.state.value
        observer.warn("letter_stuck", letter=tag, state=state, since=str(each.since))
    for letter in watch.unknown:
        observer.warn("letter_unknown", letter=letter.id.tag, since=str(letter.since))
    for letter in watch.stale:
        observer.warn("approval_stale", letter=letter.id.tag)
    for letter_id in watch.taken_up:
        observer.warn("letter_asked_for_again", letter=letter_id.tag)
    if watch.stop:
        observer.warn("sending_stopped", letter=watch.stop.letter, why=watch.stop.why)
        observer.count({"sending_stopped": 1})
    for missed in watch.overdue:
        observer.warn("day_overdue", year=watch.year.ends, what=missed.value)
        observer.count({missed.value: 1})
    counts = {"letters_stuck": len(watch.stuck), "letters_unknown": len(watch.unknown)}
    observer.count({**counts, "approvals_stale": len(watch.stale)})
    observer.note("year_watched", year=watch.year.ends, phase=watch.phase.value, **counts)
    return {"phase": watch.phase.value, **counts}
