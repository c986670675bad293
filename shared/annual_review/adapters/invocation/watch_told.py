"""What the watch says of what it found: a log line for each thing, and counts for the alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annual_review.adapters.invocation.observation import Observer
from annual_review.services.year_end.watch_letters import YearWatch


def tell_years(watches: Iterable[YearWatch], observer: Observer) -> Mapping[str, Any]:
    """Tell of each year as it was watched, and return in short what was found."""
    return {str(watch.year): _tell(watch, observer) for watch in watches}


def tell_stopped(functions: Iterable[str], observer: Observer) -> None:
    """Tell of functions that somebody stopped from working on their queues."""
    stopped = list(functions)
    for function in stopped:
        observer.warn("event_source_disabled", function=function)
    observer.count({"event_sources_disabled": len(stopped)})


def _tell(watch: YearWatch, observer: Observer) -> Mapping[str, Any]:
    for each in watch.stuck:
        letter = each.letter
        ids = {"letter": letter.id.tag, "state": letter.state.value, "since": str(each.since)}
        observer.warn("letter_stuck", **ids)
    for letter in watch.unknown:
        observer.warn("letter_unknown", letter=letter.id.tag, since=str(letter.since))
    for letter in watch.stale:
        observer.warn("approval_stale", letter=letter.id.tag)
    for letter_id in watch.taken_up:
        observer.warn("letter_asked_for_again", letter=letter_id.tag)
    for missed in watch.overdue:
        observer.warn("day_overdue", year=watch.year.ends, what=missed.value)
    counts = {"letters_stuck": len(watch.stuck), "letters_unknown": len(watch.unknown)}
    others = {"approvals_stale": len(watch.stale), **dict.fromkeys(watch.overdue, 1)}
    observer.count(counts | others)
    observer.note("year_watched", year=watch.year.ends, phase=watch.phase.value, **counts)
    return {"phase": watch.phase.value, **counts}
