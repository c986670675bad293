"""Paragraphs and notes in the table: each change is one write together with that of its letter.

They lie beside the letters in the partition of their year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import override

from annual_review.adapters.aws.aws_errors import ConditionFailedError
from annual_review.adapters.dynamodb.codec import attributes, item_reader, record_of
from annual_review.adapters.dynamodb.keys import (
    NOTES,
    PARAGRAPHS,
    letter_item_key,
    note_authority_of,
    note_key,
    notes_of,
    paragraphs_key,
    paragraphs_key_of,
    year_partition,
)
from annual_review.adapters.dynamodb.letter_items import letter_of
from annual_review.adapters.dynamodb.letter_table import (
    move_action,
    new_token,
    raise_if_moved,
    was_moved_by,
)
from annual_review.adapters.dynamodb.table import (
    Item,
    Key,
    Table,
    Value,
    if_still,
    key_of,
    key_values,
    text,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.letter_paragraphs import LetterParagraphs
from annual_review.domain.letters import Act, LetterId
from annual_review.domain.reporting_year import FIRST_REVISION, ReportingYear, Revision
from annual_review.services.letters.letter import Letter, LetterMove, LetterMovedError, Move
from annual_review.services.letters.own_performance import (
    LoadedNote,
    Note,
    ParagraphsChangedError,
    ParagraphStore,
)


@dataclass(frozen=True, slots=True)
class DynamoDBParagraphStore(ParagraphStore):
    """The paragraphs of letters, and the notes."""

    table: Table

    @override
    def get(
        self, year: ReportingYear, revision: Revision, authority: AuthorityCode
    ) -> LetterParagraphs | None:
        item = self.table.get(paragraphs_key(year, revision, authority))
        return paragraphs_of(item) if item else None

    @override
    def of_year(self, year: ReportingYear) -> Sequence[LetterParagraphs]:
        found = self.table.query(
            "pk = :year AND begins_with(sk, :paragraphs)",
            {":year": text(year_partition(year)), ":paragraphs": text(PARAGRAPHS)},
        )
        return [paragraphs_of(item) for item in found]

    @override
    def put(self, paragraphs: LetterParagraphs, letter: Letter, move: Move) -> LetterParagraphs:
        then, token = replace(paragraphs, version=paragraphs.version + 1), new_token()
        item = paragraphs_item(then)
        put = {"TableName": self.table.name, "Item": item, **if_still(paragraphs.version)}
        try:
            self.table.write([{"Put": put}, move_action(self.table, letter, move, token)])
        except ConditionFailedError:
            if was_moved_by(self.table, letter.id, token):
                return then
            raise_if_moved(self.table, [(letter, move)])
            raise _changed(paragraphs) from None
        return then

    @override
    def notes(self, year: ReportingYear, authority: AuthorityCode) -> Sequence[LoadedNote]:
        return self._notes(year, notes_of(authority))

    @override
    def notes_of_year(self, year: ReportingYear) -> Sequence[LoadedNote]:
        return self._notes(year, NOTES)

    def _notes(self, year: ReportingYear, begin: str) -> Sequence[LoadedNote]:
        found = self.table.query(
            "pk = :year AND begins_with(sk, :note)",
            {":year": text(year_partition(year)), ":note": text(begin)},
        )
        notes = map(note_of, found)
        return sorted(notes, key=lambda each: (each.note.authority, each.at, each.place))

    @override
    def add_note(self, year: ReportingYear, loaded: LoadedNote, letter: LetterMove | None) -> bool:
        there = self.table.get(_note_key(year, loaded.note))
        if there is not None and "taken_back" not in there:
            return there == note_item(year, loaded)
        return self._write_note(year, loaded, there, letter)

    @override
    def take_note_back(
        self, year: ReportingYear, loaded: LoadedNote, act: Act, letter: LetterMove | None
    ) -> bool:
        then = replace(loaded, taken_back=act)
        return self._write_note(year, then, note_item(year, loaded), letter)

    def _write_note(
        self, year: ReportingYear, loaded: LoadedNote, seen: Item | None, letter: LetterMove | None
    ) -> bool:
        """Write a note in place of the item that was seen; `False` if there is another by now."""
        item = note_item(year, loaded)
        put = {"TableName": self.table.name, "Item": item, **_if_note_is(seen)}
        first = LetterId(year, FIRST_REVISION, loaded.note.authority)
        try:
            self.table.write([{"Put": put}, self._letter_action(first, letter)])
        except ConditionFailedError:
            there = self.table.get(key_of(item))
            if there != seen:
                return there == item  # when an answer was lost, it is our own
            if letter is not None:
                raise_if_moved(self.table, [letter])
            elif planned := self.table.get(letter_item_key(first)):
                raise LetterMovedError(letter_of(planned)) from None
            raise
        return True

    def _letter_action(self, first: LetterId, letter: LetterMove | None) -> dict[str, Any]:
        """Move the letter of an authority, or demand that none was planned, as its first is."""
        if letter is not None:
            return move_action(self.table, *letter, new_token())
        check = {
            "TableName": self.table.name,
            "Key": key_values(letter_item_key(first)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        return {"ConditionCheck": check}


def _changed(paragraphs: LetterParagraphs) -> ParagraphsChangedError:
    return ParagraphsChangedError(f"the paragraphs of {paragraphs.authority} have changed")


def _if_note_is(seen: Item | None) -> dict[str, Any]:
    """Demand that a note is as it was seen: loaded at that time, and taken back then or not."""
    if seen is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    names = {"#at": "at", "#back": "taken_back"}
    if "taken_back" not in seen:
        return {
            "ConditionExpression": "#at = :at AND attribute_not_exists(#back)",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {":at": seen["at"]},
        }
    return {
        "ConditionExpression": "#at = :at AND #back = :back",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":at": seen["at"], ":back": seen["taken_back"]},
    }


def note_item(year: ReportingYear, loaded: LoadedNote) -> dict[str, Value]:
    """Write a note."""
    return {
        **key_values(_note_key(year, loaded.note)),
        **attributes(loaded.note, "authority"),
        **attributes(loaded, "note"),
    }


def _note_key(year: ReportingYear, note: Note) -> Key:
    content = hashlib.sha256(f"{note.family.value}\n{note.text}".encode()).hexdigest()
    return note_key(year, note.authority, content)


def paragraphs_item(paragraphs: LetterParagraphs) -> dict[str, Value]:
    """Write the paragraphs of a letter."""
    key = key_values(paragraphs_key(*paragraphs.key))
    return {**key, **attributes(paragraphs, "year", "revision", "authority")}


@item_reader
def paragraphs_of(item: Item) -> LetterParagraphs:
    """Read the paragraphs of a letter back."""
    year, revision, authority = paragraphs_key_of(item)
    needed = {name: item[name] for name in ("paragraphs", "version")}
    return record_of(LetterParagraphs, needed, year=year, revision=revision, authority=authority)


@item_reader
def note_of(item: Item) -> LoadedNote:
    """Read a note back."""
    note = record_of(Note, item, authority=note_authority_of(item))
    return record_of(LoadedNote, item, note=note)
