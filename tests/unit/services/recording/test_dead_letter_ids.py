from __future__ import annotations

from datetime import UTC, datetime

import pytest

from annual_review.services.recording.dead_letter_ids import (
    AmbiguousIdError,
    meant_by,
    shortened,
)
from annual_review.services.recording.dead_letter_queue import DeadLetter
from annual_review.services.recording.messages import MessageId

IDS = [
    MessageId(each)
    for each in (
        "3f2a81c0-6f3e-4c57-9a51-1c8e8e4d2b01",
        "3f2a81c0-77b1-4c57-9a51-1c8e8e4d2b02",
        "a0000000-0000-4000-8000-000000000003",
    )
]


def letters(*ids: str) -> list[DeadLetter]:
    since = datetime(2020, 4, 1, tzinfo=UTC)
    return [DeadLetter(MessageId(id_), "", f"reason of {id_}", since, 0, "") for id_ in ids]


def test_ids_are_shortened_as_far_as_they_differ() -> None:
    assert list(shortened(IDS).values()) == ["3f2a81c0-6", "3f2a81c0-7", "a0000000-0"]
    assert list(shortened(IDS[1:]).values()) == ["3f2a81c0", "a0000000"]
    assert shortened([]) == {}


def test_the_beginning_of_an_id_means_its_message_once() -> None:
    assert meant_by(["a", IDS[2], " 3f2a81c0-7 "], letters(*IDS)) == [IDS[2], IDS[1]]


def test_a_whole_id_is_itself_though_another_begins_with_it() -> None:
    assert meant_by(["ab"], letters("ab", "abc")) == ["ab"]


@pytest.mark.parametrize("typed", ["zzz", ""])
def test_what_no_id_begins_with_stays_as_it_was_typed(typed: str) -> None:
    assert meant_by([typed], letters("a")) == [typed]


def test_messages_that_may_be_meant_are_listed_a_dozen_at_most() -> None:
    with pytest.raises(AmbiguousIdError) as two:
        meant_by(["3f"], letters(*IDS))
    with pytest.raises(AmbiguousIdError) as many:
        meant_by(["a"], letters(*(f"a{number:07}" for number in range(15))))

    first, *listed = str(two.value).splitlines()
    assert first == "'3f' may be any of 2 messages: give more of the id"
    assert listed == [f"3f2a81c0-6  reason of {IDS[0]}", f"3f2a81c0-7  reason of {IDS[1]}"]
    assert len(str(many.value).splitlines()) == 1 + 12 + 1
    assert str(many.value).endswith("and 3 more")
