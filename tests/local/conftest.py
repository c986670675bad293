import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.emulator import EmulatorPaths, emulator
from infrastructure.local.project import emulator_paths
from tests.local.waiting import eventually


@pytest.fixture
def paths(tmp_path: Path) -> EmulatorPaths:
    """The project's emulator, with a folder for this test alone."""
    return emulator_paths(tmp_path / "emulator")


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One emulator for all tests that do not ask how it starts and ends."""
    with emulator(emulator_paths(tmp_path_factory.mktemp("aws") / "emulator")) as running:
        yield running


@pytest.fixture
def make_client(aws: LocalAws) -> Iterator[Callable[[str], Client]]:
    """Makes clients that are closed after the test."""
    made: list[Client] = []

    def make(service: str) -> Client:
        made.append(aws.client(service))
        return made[-1]

    yield make
    for client in made:
        client.close()


class Inbox:
    """A queue, read until what is waited for has come."""

    def __init__(self, sqs: Client, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def take(self, number: int) -> list[dict[str, Any]]:
        """Receive this many messages, in any order, and delete them."""
        taken: list[dict[str, Any]] = []

        def enough() -> bool:
            received = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
            )
            for message in received.get("Messages", []):
                taken.append(message)
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
            return len(taken) >= number

        eventually(enough)
        return taken

    def take_json(self, number: int) -> list[dict[str, Any]]:
        """Receive this many messages and read their bodies."""
        return [json.loads(message["Body"]) for message in self.take(number)]
