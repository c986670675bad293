"""The steps of a year end on the deployed system, each waited for until it is really done."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from botocore.config import Config

from annual_review.adapters.aws.bucket import S3Documents
from annual_review.adapters.aws.event_bus import MOST_IN_A_CALL, EventBus
from annual_review.adapters.aws.queues import SqsArrivals, SqsLetterQueue
from annual_review.adapters.dynamodb.case_table import DynamoDBCaseStore
from annual_review.adapters.dynamodb.directory_table import DynamoDBDirectory
from annual_review.adapters.dynamodb.letter_table import DynamoDBCloseStore, DynamoDBLetterStore
from annual_review.adapters.dynamodb.paragraph_table import DynamoDBParagraphStore
from annual_review.adapters.dynamodb.table import Table
from annual_review.domain.authorities import AuthorityCode, Register
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.recipients import Recipient
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import Tally, TallyKey
from annual_review.rendering.editions.edition import edition_for
from annual_review.rendering.editions.shipped import SHIPPED_EDITIONS
from annual_review.services.documents import FIGURES_CSV, FIGURES_JSON
from annual_review.services.figures.closes import Close
from annual_review.services.figures.frozen_records import FrozenRecords
from annual_review.services.letters.letter import (
    Letter,
)
from annual_review.services.letters.load_register import LoadRegister
from annual_review.services.letters.register.changed_entries import Entries
from annual_review.services.recording.record_decisions import Verdict
from infrastructure.local.system import LocalSystem

Progress = Callable[[int, int], None]
Event = Mapping[str, object]

_PUBLISHERS: Final = 4
_COLLECTORS: Final = 4
_PORTION: Final = 500
_ASK_EVERY_SECONDS: Final = 0.2
_STALLED_AFTER_SECONDS: Final = 300.0
_NO_MAIL_SECONDS: Final = 5.0
_REST: Final = 4
"""How many times as long as asking takes nothing is asked. Whoever waits for letters waits for what
is cheap to ask first."""
_LAST_LINES: Final = 10
_LOG_GROUPS: Final = (
    "RecordDecisionsLogs",
    "CloseYearLogs",
    "PrepareLetterLogs",
    "ReleaseLettersLogs",
    "SendLetterLogs",
    "TrackDeliveryLogs",
    "WatchLettersLogs",
    "PublishYearLogs",
)
_NOT_YET_PREPARED: Final = {LetterState.PLANNED}
_NOT_SENT_YET: Final = {LetterState.PREPARED, LetterState.APPROVED, LetterState.CLAIMED}
_UNDER_WAY: Final = {
    LetterState.PREPARED,
    LetterState.APPROVED,
    LetterState.CLAIMED,
    LetterState.ACCEPTED,
}


class YearEndError(Exception):
    """A step failed or stalled; the message says which, and what the functions said last."""


def quiet(_done: int, _of: int) -> None:
    """Tell nobody how far a step is."""


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Plays the part of casework, of the schedules, and of those who look at the result."""

    system: LocalSystem
    year: ReportingYear

    def load_register(
        self, register: Register, recipients: Mapping[AuthorityCode, Recipient]
    ) -> None:
        """Put the register and its recipients into the table."""
        service = LoadRegister(
            directory=DynamoDBDirectory(self._table),
            letters=DynamoDBLetterStore(self._table),
            paragraphs=DynamoDBParagraphStore(self._table),
            prepare=SqsLetterQueue(
                self.system.aws.client("sqs"), self.system.stack.prepare_queue_url
            ),
            issue_date=lambda year: edition_for(SHIPPED_EDITIONS, year).letter_date,
        )
        act = Act("the year end", datetime.now(UTC))
        service.load(Entries(register, recipients), [self.year], act)

    def publish(self, events: Sequence[Event], progress: Progress = quiet) -> None:
        """Put events on the bus, in their order as far as several publishers keep it.

        Progress is what was recorded meanwhile, and `wait_until_recorded` goes on from there.
        """
        config = Config(max_pool_connections=_PUBLISHERS)
        client = self.system.aws.client("events", config)
        bus = EventBus(client, self.system.stack.event_bus_name)
        arrivals, published = self._arrivals, 0
        with ThreadPoolExecutor(_PUBLISHERS) as publishers:
            for portion in _portions(events, _PORTION):
                list(publishers.map(bus.publish, _portions(portion, MOST_IN_A_CALL)))
                published += len(portion)
                progress(max(published - arrivals.waiting(), 0), len(events))

    def wait_until_recorded(self, published: int, progress: Progress = quiet) -> None:
        """Wait until the queue of decisions is empty."""
        arrivals = self._arrivals
        self._wait(published, lambda: published - arrivals.waiting(), progress)

    def recorded(self) -> Counter[str]:
        """Count what record_decisions says became of its messages, by verdict."""
        counts: Counter[str] = Counter()
        for line in self._log_lines("RecordDecisionsLogs", "batch_recorded"):
            counts.update({verdict.value: line.get(verdict.value, 0) for verdict in Verdict})
        return counts

    def tallies(self, keys: Iterable[TallyKey]) -> Mapping[TallyKey, Tally]:
        """Return stored tallies."""
        return DynamoDBCaseStore(self._table).tallies(list(keys))

    def close(self) -> None:
        """Start close_year, as its schedule does."""
        self._start("CloseYear")

    def wait_until_prepared(self, progress: Progress = quiet) -> None:
        """Wait until no letter is only planned."""
        self._wait_for_queue(
            self.system.stack.prepare_queue_url,
            self.system.stack.prepare_dead_letter_queue_url,
            len(self.letters()),
            progress,
        )
        self._wait_for_letters(lambda state: state not in _NOT_YET_PREPARED, progress)

    def release(self) -> None:
        """Start release_letters, as its schedule does."""
        self._start("ReleaseLetters")

    def wait_until_delivered(self, progress: Progress = quiet) -> None:
        """Wait until every letter has come to an end.

        Raises:
            PlaybackError: Some report did not reach the bus.
        """
        # Not for the queue to be empty: a request for a letter that is being sent is handed back,
        # and comes again, for nothing, after the visibility time-out.
        self._wait_for_mail(progress)
        self._wait_for_letters(lambda state: state not in _NOT_SENT_YET, progress)
        self.wait_until_tracked()
        self._wait_for_letters(lambda state: state not in _UNDER_WAY, progress)

    def wait_until_taken(self) -> None:
        """Wait until no letter is asked to be sent any more."""
        stack = self.system.stack
        self._wait_for_queue(stack.send_queue_url, stack.send_dead_letter_queue_url)

    def wait_until_tracked(self) -> None:
        """Wait until every report about mail is recorded: a complaint follows its delivery.

        Raises:
            PlaybackError: Some report did not reach the bus.
        """
        self.system.mailbox.drain()
        stack = self.system.stack
        self._wait_for_queue(stack.delivery_queue_url, stack.delivery_dead_letter_queue_url)

    def watch(self) -> str:
        """Start watch_letters, as its schedule does, and return the phase that the year is in."""
        return str(self._start("WatchLetters")[str(self.year)]["phase"])

    def go_live(self) -> None:
        """Start publish_year, as its schedule does."""
        self._start("PublishYear")

    def letters(self) -> Sequence[Letter]:
        """Return the letters of the year."""
        return DynamoDBLetterStore(self._table).of_year(self.year)

    def closed(self) -> Close | None:
        """Return the latest close of the year."""
        return DynamoDBCloseStore(self._table).latest(self.year)

    def export(self, folder: Path, progress: Progress = quiet) -> None:
        """Write the frozen figures and every prepared letter into a folder."""
        close = self.closed()
        if close is None:
            raise YearEndError(f"the year {self.year} is not closed")
        documents = S3Documents(self.system.aws.client("s3"), self.system.stack.bucket_name)
        for name in (FIGURES_CSV, FIGURES_JSON):
            (folder / name).write_bytes(documents.get(f"{close.folder}/{name}"))
        prepared = [letter for letter in self.letters() if letter.message_sha256]

        def collect(letter: Letter) -> None:
            for kind in ("pdf", "html", "txt", "xlsx"):
                content = documents.get(letter.key(kind))
                (folder / "letters" / f"{letter.id.authority}.{kind}").write_bytes(content)

        with ThreadPoolExecutor(_COLLECTORS) as collectors:
            for done, _ in enumerate(collectors.map(collect, prepared), 1):
                progress(done, len(prepared))

    def records(self) -> Mapping[AuthorityCode, bytes]:
        """Return the frozen record of every authority."""
        close = self.closed()
        documents = S3Documents(self.system.aws.client("s3"), self.system.stack.bucket_name)
        return FrozenRecords(documents, close).contents() if close else {}

    @property
    def _arrivals(self) -> SqsArrivals:
        stack = self.system.stack
        return SqsArrivals(
            self.system.aws.client("sqs"),
            stack.decisions_queue_url,
            stack.decisions_dead_letter_queue_url,
        )

    @property
    def _table(self) -> Table:
        return Table(self.system.aws.client("dynamodb"), self.system.stack.table_name)

    def _start(self, logical_id: str) -> Any:  # noqa: ANN401 (whatever it answers)
        return self.invoke(logical_id, {"year": self.year.ends})

    def invoke(self, logical_id: str, event: Event) -> Any:  # noqa: ANN401 (whatever it answers)
        """Call a function and wait for its answer.

        Raises:
            YearEndError: It failed.
        """
        # A repeated invocation would do no harm, but hide that the first one was slow.
        patient = Config(read_timeout=900, retries={"total_max_attempts": 1})
        answer = self.system.aws.client("lambda", patient).invoke(
            FunctionName=self.system.physical_id(logical_id), Payload=json.dumps(event)
        )
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise YearEndError(f"{logical_id} failed: {payload.decode()}")
        return json.loads(payload)

    def _wait_for_queue(
        self, url: str, dead_letter_url: str, total: int = 1, progress: Progress = quiet
    ) -> None:
        """Wait until a queue is empty: asking for its length is cheaper than reading letters."""
        queue = SqsArrivals(self.system.aws.client("sqs"), url, dead_letter_url)
        self._wait(total, lambda: total - queue.waiting(), progress)

    def _wait_for_mail(self, progress: Progress) -> None:
        """Wait until a message has come for every letter on its way, or none comes any more.

        The mail server is part of this process: asking it costs nothing.
        """
        mailbox = self.system.mailbox
        before = seen = mailbox.accepted
        letters = self.letters()
        waiting = sum(letter.state in _NOT_SENT_YET for letter in letters)
        moved_at = time.monotonic()
        while seen - before < waiting and time.monotonic() - moved_at < _NO_MAIL_SECONDS:
            time.sleep(_ASK_EVERY_SECONDS)
            if mailbox.accepted > seen:
                seen, moved_at = mailbox.accepted, time.monotonic()
                progress(len(letters) - waiting + min(seen - before, waiting), len(letters))

    def _wait_for_letters(self, is_done: Callable[[LetterState], bool], progress: Progress) -> None:
        letters = DynamoDBLetterStore(self._table)
        total = len(letters.of_year(self.year))
        self._wait(
            total,
            lambda: sum(is_done(letter.state) for letter in letters.of_year(self.year)),
            progress,
        )

    def _wait(self, total: int, done: Callable[[], int], progress: Progress) -> None:
        so_far, moved_at = -1, time.monotonic()
        while so_far < total:
            asked_at = time.monotonic()
            if (now_done := done()) != so_far:
                so_far, moved_at = now_done, asked_at
                progress(min(max(so_far, 0), total), total)
            elif asked_at - moved_at > _STALLED_AFTER_SECONDS:
                said = "".join(f"\n{line}" for line in self._complaints()) or " nothing"
                raise YearEndError(
                    f"{so_far} of {total} done, and nothing moves any more. Last said:{said}"
                )
            # Asking costs the emulator time that the functions need: the dearer, the rarer.
            time.sleep(max(_ASK_EVERY_SECONDS, _REST * (time.monotonic() - asked_at)))

    def _complaints(self) -> Sequence[str]:
        lines = [
            json.dumps(line)
            for group in _LOG_GROUPS
            for level in ("WARNING", "ERROR")
            for line in self._log_lines(group, level)
        ]
        return lines[-_LAST_LINES:]

    def _log_lines(self, group: str, code: str) -> Iterable[dict[str, Any]]:
        return map(_log_line, self.system.log_lines(group, f'"{code}"'))


def _portions(events: Iterable[Event], size: int) -> Iterable[list[Event]]:
    iterator = iter(events)
    while portion := list(itertools.islice(iterator, size)):
        yield portion


def _log_line(message: str) -> dict[str, Any]:
    """Read one line of a log; a traceback is not ours, and stands as it is."""
    try:
        line = json.loads(message)
    except ValueError:
        line = message
    return line if isinstance(line, dict) else {"message": message}
