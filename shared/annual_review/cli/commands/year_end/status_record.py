"""The status of a year and the letters of an authority, for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from annual_review.services.letters.letter import Letter
from annual_review.services.year_end.year_snapshot import NextStep, YearSnapshot
from annual_review.services.year_end.year_status import YearStatus
from annual_review.wiring.advice import typed


def status_record(status: YearStatus, stack: str) -> Mapping[str, Any]:
    """Return the status of a year for machines."""
    snapshot = status.snapshot
    return {
        "year": snapshot.read.year.ends,
        "phase": status.phase.value,
        "since": _iso(status.since),
        "history": [
            {"at": _iso(step.at), "phase": step.phase.value, "why": step.why}
            for step in status.record.history
        ],
        "volume_accepted": [
            {
                "decisions": each.volume.decisions,
                "year_before": each.volume.before,
                "at": _iso(each.at),
                "by": each.by,
                "reason": each.reason,
            }
            for each in status.accepted
        ],
        "phase_of_present_letters": status.proven.value,
        "reasons": list(status.reasons),
        "issue_date": _iso(snapshot.issue_date),
        "publication_day": _iso(snapshot.publication_day),
        "mail_mode": snapshot.mail_mode.value,
        "sending_stopped": snapshot.stop is not None,
        "sending": [
            {
                "change": step.change.value,
                "at": _iso(step.at),
                "by": step.by,
                "why": step.why,
                "reason": step.reason.value if step.reason else None,
                "letter": step.letter or None,
            }
            for step in status.sending
        ],
        "authorities": status.authorities,
        "letters": {state.value: count for state, count in status.counts.items()},
        "adds_up": snapshot.read.facts.adds_up,
        "challenged": list(snapshot.challenged),
        "publication": snapshot.publication
        and {
            "name": snapshot.publication.publication,
            "state": snapshot.publication.state.value,
            "at": _iso(snapshot.publication.at),
        },
        "stuck": [
            {
                "letter": each.letter.id.tag,
                "state": each.letter.state.value,
                "since": _iso(each.since),
            }
            for each in status.stuck
        ],
        "dead_letters": dict(snapshot.dead_letters),
        "stopped": list(snapshot.stopped),
        "counted": _counted_record(snapshot),
        "changed_since_freeze": [
            {"authority": code, "name": snapshot.all_names.get(code, "")}
            for code in snapshot.changed
        ],
        "next_steps": _steps_record(status.steps, stack),
    }


def _counted_record(snapshot: YearSnapshot) -> Mapping[str, int]:
    if snapshot.today is None:
        return {}
    national = snapshot.today.national
    return {
        "decisions": national.decisions,
        "upheld": national.upheld,
        "compliance_outcomes": national.compliance_outcomes,
    }


def letters_record(
    letters: Iterable[Letter], steps: Sequence[NextStep], stack: str
) -> Mapping[str, Any]:
    """Return the letters of one authority for machines."""
    return {
        "letters": [
            {
                "letter": letter.id.tag,
                "revision": letter.id.revision,
                "dispatch": letter.id.dispatch,
                "state": letter.state.value,
                "recipients": list(letter.recipients),
                "attempts": letter.attempts,
                "figures_sha256": letter.figures_sha256,
                "message_sha256": letter.message_sha256,
                "message_id": letter.message_id,
                "history": [
                    {"at": _iso(event.at), "state": event.state.value, "why": event.why}
                    for event in letter.history
                ],
            }
            for letter in letters
        ],
        "next_steps": _steps_record(steps, stack),
    }


def _steps_record(steps: Iterable[NextStep], stack: str) -> list[Mapping[str, Any]]:
    return [
        {"say": step.say, "commands": [typed(each, stack) for each in step.commands]}
        for step in steps
    ]


def _iso(at: date | None) -> str | None:
    return None if at is None else at.isoformat()
