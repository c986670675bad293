from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.adapters.mail.paced_mail import LONGEST_REST, Pace, PacedMailer
from annual_review.services.dispatch.send_letter import MailBusyError, MailUnknownError
from tests.builders import a_letter_id


class Clock:
    """A clock that moves when somebody sleeps, and by what each call of the mail service takes."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Ses:
    """Notes at what time each message came, and for how many recipients."""

    def __init__(self, clock: Clock, takes: float = 0.0, error: Exception | None = None) -> None:
        self._clock, self._takes, self._error = clock, takes, error
        self.came: list[tuple[float, int]] = []

    def send(self, _letter: object, message: bytes) -> str:
        self.came.append((self._clock.now - 1000.0, message.count(b"@x.example")))
        self._clock.now += self._takes
        if self._error:
            raise self._error
        return f"mail-{len(self.came)}"


def to(recipients: int) -> bytes:
    copies = ", ".join(f"c{n}@x.example" for n in range(recipients - 1))
    cc = f"Cc: {copies}\r\n" if copies else ""
    return f"To: chief@x.example\r\n{cc}\r\nDear\r\n".encode()


def sent_at(pace: Pace, recipients: Sequence[int], takes: float = 0.0) -> list[float]:
    clock = Clock()
    ses = Ses(clock, takes)
    mailer = PacedMailer(ses, pace, clock, clock.sleep)
    for number in recipients:
        mailer.send(a_letter_id(), to(number))
    return [at for at, _ in ses.came]


def test_each_of_two_senders_sends_half_of_what_is_set() -> None:
    assert sent_at(Pace(2, 4, None), [1, 1, 1]) == [0.0, 0.5, 1.0]


def test_what_the_account_grants_is_kept_to_where_it_is_less() -> None:
    assert sent_at(Pace(2, 4, 1.0), [1, 1, 1]) == [0.0, 2.0, 4.0]


def test_what_is_set_is_kept_to_where_the_account_grants_more() -> None:
    assert sent_at(Pace(1, 2, 500.0), [1, 1]) == [0.0, 0.5]


def test_a_letter_counts_as_often_as_it_has_recipients() -> None:
    assert sent_at(Pace(1, 100, 1.0), [3, 1, 1]) == [0.0, 3.0, 4.0]


def test_the_time_that_an_answer_takes_is_part_of_the_rest() -> None:
    assert sent_at(Pace(1, 2, None), [1, 1, 1], takes=0.25) == [0.0, 0.5, 1.0]
    assert sent_at(Pace(1, 2, None), [1, 1, 1], takes=2.0) == [0.0, 2.0, 4.0]


def test_a_letter_that_is_not_accepted_counts_too() -> None:
    clock = Clock()
    ses = Ses(clock, error=MailUnknownError("time-out"))
    mailer = PacedMailer(ses, Pace(1, 2, None), clock, clock.sleep)

    for _ in range(2):
        with pytest.raises(MailUnknownError):
            mailer.send(a_letter_id(), to(1))

    assert [at for at, _ in ses.came] == [0.0, 0.5]


def test_a_letter_whose_turn_is_too_far_off_is_not_sent_and_costs_no_time() -> None:
    clock = Clock()
    ses = Ses(clock)
    mailer = PacedMailer(ses, Pace(1, 100, 1.0), clock, clock.sleep)
    mailer.send(a_letter_id(), to(50))

    with pytest.raises(MailBusyError):
        mailer.send(a_letter_id(), to(1))

    assert (len(ses.came), clock.now) == (1, 1000.0)
    clock.now += 50 - LONGEST_REST
    assert mailer.send(a_letter_id(), to(1)) == "mail-2"


@given(
    letters=st.integers(1, 20),
    granted=st.one_of(st.none(), st.integers(1, 50)),
    recipients=st.lists(st.integers(1, 5), min_size=2, max_size=30),
)
def test_no_stretch_of_time_sees_more_than_the_rates_allow(
    letters: int, granted: int | None, recipients: list[int]
) -> None:
    times = sent_at(Pace(1, letters, granted), recipients)

    for first in range(len(times)):
        for last in range(first, len(times)):
            seconds = times[last] - times[first]
            # Those before the last: the last one's time is still to come.
            assert last - first <= seconds * letters + 1e-6
            if granted:
                assert sum(recipients[first:last]) <= seconds * granted + 1e-6
