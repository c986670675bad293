"""The journal of a year: who did what, when and why, out of the records that others keep.

Nothing is written for it. Every entry is a line of the history of a letter, a paragraph, or
whatever else people decide about, so that the journal can't say anything that did not happen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.publication.challenges import Challenge
from annual_review.domain.publication.history import PublicationHistory
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.dispatch.sending_stops import SendingRecord
from annual_review.services.figures.closes import Close
from annual_review.services.figures.repair_year import Repair
from annual_review.services.letters.letter import Event, Letter
from annual_review.services.letters.letter_history import EventKind
from annual_review.services.letters.own_performance import LoadedNote
from annual_review.services.wording import HASH_SHOWN
from annual_review.services.year_end.closing.year_volume import VolumeRecord, in_words
from annual_review.services.year_end.year_phases import PhaseRecord

COLUMNS: Final = ("at", "kind", "by", "what", "about", "why", "authorities")


class JournalKind(StrEnum):
    """What an entry is about."""

    YEAR = "year"
    FIGURES = "figures"
    LETTER = "letter"
    PARAGRAPH = "paragraph"
    NOTE = "note"
    SENDING = "sending"
    CHALLENGE = "challenge"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal. `by` is empty where nobody did it, or nobody's name was kept.

    `what` happened to `about`, in a word or two; `why` is told in the words of the record.
    `authorities` are those that it concerns: several where one act concerned several.
    """

    at: datetime
    kind: JournalKind
    by: str
    what: str
    about: str
    why: str = ""
    authorities: tuple[AuthorityCode, ...] = ()

    @property
    def record(self) -> Mapping[str, str]:
        """What machines read of it, under `COLUMNS`."""
        codes = " ".join(self.authorities)
        told = self.kind.value, self.by, self.what, self.about, self.why
        return dict(zip(COLUMNS, (self.at.isoformat(), *told, codes), strict=True))


@dataclass(frozen=True, slots=True)
class YearRecords:
    """What was read of a year: everything that keeps who did what."""

    year: ReportingYear
    phases: PhaseRecord
    closes: Sequence[Close]
    volumes: VolumeRecord
    repairs: Sequence[Repair]
    letters: Sequence[Letter]
    paragraphs: Sequence[LetterParagraphs]
    notes: Sequence[LoadedNote]
    sending: SendingRecord
    challenges: Sequence[Challenge]
    publications: PublicationHistory


_OF_PEOPLE: Final = frozenset(
    {
        EventKind.APPROVED,
        EventKind.HELD,
        EventKind.TAKEN_OFF_HOLD,
        EventKind.REPLACED,
        EventKind.SETTLED,
        EventKind.DEALT_WITH,
        EventKind.RESENT,
    }
)
"""Lines of a letter's history that a person made, also where they were written without `by`."""


def journal_of(records: YearRecords) -> Sequence[JournalEntry]:
    """Return what happened in a year, newest first.

    What happened at one moment stands in the order of `JournalKind`, and then as it was read.
    """
    entries = sorted(_entries(records), key=lambda each: [*JournalKind].index(each.kind))
    return sorted(entries, key=lambda each: each.at, reverse=True)


def as_acts(entries: Iterable[JournalEntry]) -> Sequence[JournalEntry]:
    """Join what one act did to several authorities: who approves 354 letters does it once.

    Lines of one act bear the same moment, name and words.
    """
    joined: dict[JournalEntry, list[JournalEntry]] = {}
    for each in entries:
        about = "" if each.kind is JournalKind.LETTER else each.about
        joined.setdefault(replace(each, about=about, authorities=()), []).append(each)
    return [
        replace(
            act,
            about=parts[0].about if len(parts) == 1 else f"{len(parts):,} {act.kind.value}s",
            authorities=tuple(dict.fromkeys(code for each in parts for code in each.authorities)),
        )
        for act, parts in joined.items()
    ]


def chosen_entries(
    entries: Iterable[JournalEntry],
    *,
    by: str = "",
    kinds: Collection[JournalKind] = (),
    authority: AuthorityCode | None = None,
) -> Sequence[JournalEntry]:
    """Return the entries of a person, of some kinds, about an authority; all that is not given."""
    return [
        each
        for each in entries
        if by in {"", each.by}
        and (not kinds or each.kind in kinds)
        and (authority is None or authority in each.authorities)
    ]


def _entries(records: YearRecords) -> Iterator[JournalEntry]:
    for phase in records.phases.history:
        about = f"the year {records.year}"
        yield JournalEntry(phase.at, JournalKind.YEAR, "", phase.phase.value, about, phase.why)
    for accepted in records.volumes.history:
        about = in_words(records.year, accepted.volume)
        volume = "volume accepted", about, accepted.reason
        yield JournalEntry(accepted.at, JournalKind.FIGURES, accepted.by, *volume)
    yield from map(_closed, records.closes)
    yield from map(_repaired, records.repairs)
    for letter in records.letters:
        yield from (_of_letter(letter, each) for each in letter.history if _is_of_people(each))
    for paragraphs in records.paragraphs:
        yield from _of_paragraphs(paragraphs)
    for note in records.notes:
        yield from _of_note(note)
    for step in records.sending.history:
        about = step.letter and f"at letter {step.letter}"
        yield JournalEntry(
            step.at, JournalKind.SENDING, step.by, step.change.value, about, step.why
        )
    for challenge in records.challenges:
        yield from _of_challenge(challenge)
    for public in records.publications.steps:
        if public.year == records.year:
            about = f"publication {public.publication[:HASH_SHOWN]}"
            what = public.state.value, about, public.why
            yield JournalEntry(public.at, JournalKind.PUBLICATION, public.by, *what)


def _closed(close: Close) -> JournalEntry:
    about = f"revision {close.revision}"
    codes = (close.reissues,) if close.reissues else ()
    return JournalEntry(close.at, JournalKind.FIGURES, "", "frozen", about, authorities=codes)


def _repaired(repair: Repair) -> JournalEntry:
    changes = ", ".join(f"{each} {repair.change[each]:+}" for each in sorted(repair.change))
    about = f"the tally of {repair.key.authority}: {changes}"
    act = repair.by, "repaired", about, repair.reason
    return JournalEntry(repair.at, JournalKind.FIGURES, *act, (repair.key.authority,))


def _is_of_people(event: Event) -> bool:
    return event.by is not None or event.kind in _OF_PEOPLE


def _of_letter(letter: Letter, event: Event) -> JournalEntry:
    what, about = event.kind.value.replace("_", " "), f"letter {letter.id.tag}"
    act = event.by or "", what, about, event.why
    return JournalEntry(event.at, JournalKind.LETTER, *act, (letter.id.authority,))


def _of_paragraphs(paragraphs: LetterParagraphs) -> Iterator[JournalEntry]:
    code = paragraphs.authority
    for each in paragraphs.in_order:
        for change in each.history:
            about = f"{each.id} in the letter of {code}, revision {paragraphs.revision}"
            act = change.by, change.what.value, about, change.why
            yield JournalEntry(change.at, JournalKind.PARAGRAPH, *act, (code,))


def _of_note(loaded: LoadedNote) -> Iterator[JournalEntry]:
    code = loaded.note.authority
    about = f"a note about {code}, {loaded.note.family.value.replace('_', ' ')}"
    yield JournalEntry(loaded.at, JournalKind.NOTE, loaded.by, "loaded", about, "", (code,))
    if back := loaded.taken_back:
        act = back.by, "taken back", about, back.reason
        yield JournalEntry(back.at, JournalKind.NOTE, *act, (code,))


def _of_challenge(challenge: Challenge) -> Iterator[JournalEntry]:
    code = challenge.authority
    about = f"challenge {challenge.number} of {code}, by {challenge.by}"
    noted = challenge.noted_by, "noted", about, challenge.text
    yield JournalEntry(challenge.at, JournalKind.CHALLENGE, *noted, (code,))
    if answer := challenge.answer:
        why = f"revision {answer.revision}" if answer.revision else ""
        why = ": ".join(each for each in (why, answer.reason) if each)
        act = answer.by, f"answered: {answer.verdict.value}", about, why
        yield JournalEntry(answer.at, JournalKind.CHALLENGE, *act, (code,))
