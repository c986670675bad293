"""Each function with one permission less: it says so, and when it has it again nothing was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.keys import RECIPIENTS, directory_key, letter_item_key
from annual_review.rendering.loaded_editions import LoadedEditions, shipped_edition
from annual_review.services.wording import LONDON
from infrastructure.local.aws import LocalAws
from tests.builders import ROCHFORD, a_letter_id
from tests.integration.conftest import FUNCTIONS
from tests.integration.permissions.clock import AT_NIGHT, set_clock
from tests.integration.permissions.stories import QUEUES
from tests.integration.world import SENDER, TABLE, FakeContext, World, settings_of_functions
from tests.local.functions import is_denied
from tests.local.permissions.laid_out import Clients, Roles, acting, clients_with, lay_out_roles
from tests.local.permissions.year import STAGES, Event, Snapshot, Stage
from tests.template.test_functions import logical_id

pytestmark = pytest.mark.local

NOT_MISSED: Final = {
    "BeToldThatADocumentIsNotThere": "only what is missing is answered in another way",
    "SendAsTheOmbudsmanOnly": "a refusal of the account stops sending, and has an alarm of its own",
    "StopSending": "only a refusal of SES calls for it, and here it refuses nothing",
    "AskForTheSendingRate": "letters go at the rate that the deployment names, with a warning",
    "AskWhetherTheAccountMaySend": "letters are released unchecked, with a warning",
    "AskWhetherTheSenderIsVerified": "as above",
    "AskWhetherReportsWillCome": "as above",
}
"""Statements without which a function works, and why."""

_HANDLERS: dict[str, Any] = {each.__name__.split(".")[1]: each for each in FUNCTIONS}
_EDITIONS: Final = LoadedEditions(shipped_edition, SENDER)


class Played:
    """A year that was played with all permissions, and its state before and after each function."""

    def __init__(self, roles: Roles, world: World) -> None:
        self.roles, self.world = roles, world
        self.root = clients_with(roles.aws.environment())
        self.before: dict[str, Snapshot] = {}
        self.after: dict[str, Mapping[str, Any]] = {}
        for stage in STAGES:
            with acting(self.root):
                stage.before(world)
                self.before[stage.function] = Snapshot.of(world)
            assert self.failures(stage, roles.clients(role_of(stage))) == []
            self.after[stage.function] = self.facts()

    def facts(self) -> Mapping[str, Any]:
        with acting(self.root):
            return Snapshot.of(self.world).facts

    def restore(self, stage: Stage) -> None:
        with acting(self.root):
            self.before[stage.function].restore(self.world)

    def failures(self, stage: Stage, clients: Clients, after: timedelta = timedelta()) -> list[str]:
        """Call a function with all its events, and return how it says that it failed."""
        now = datetime.now(LONDON) + after
        with acting(clients):
            said = [one for event in stage.events for one in self._failures(stage, event, now)]
            return [*said, *self._failures(stage, stage.at_night, AT_NIGHT)]

    def _failures(self, stage: Stage, event: Event | None, now: datetime) -> Iterator[str]:
        if event is None:
            return
        handler = _HANDLERS[stage.function]
        with pytest.MonkeyPatch.context() as patch:
            set_clock(patch, handler, now)
            patch.setattr(aws_clients, "event_sources", lambda: self.world.event_sources)
            # They are slow to make, and the same for all.
            patch.setattr(handler, "LoadedEditions", lambda *_: _EDITIONS, raising=False)
            for name, value in settings_of_functions(self.world).items():
                patch.setenv(name, value)
            if queue := QUEUES.get(stage.function):
                patch.setenv("DEAD_LETTER_QUEUE_URL", self.world.urls[f"{queue}-dead"])
            (getattr(handler, "wiring", None) or handler.service).cache_clear()
            try:
                answer = handler.lambda_handler(event, FakeContext())
            except Exception as error:  # noqa: BLE001 (whatever it raises, the alarm is raised)
                yield repr(error)
            else:
                yield from (str(each) for each in answer.get("batchItemFailures", ()))


def role_of(stage: Stage) -> str:
    return f"{logical_id(stage.function)}Role"


@pytest.fixture(scope="module")
def played(aws: LocalAws) -> Played:
    return Played(*lay_out_roles(aws))


@pytest.mark.parametrize("stage", STAGES, ids=[each.function for each in STAGES])
def test_a_function_that_lacks_a_permission_says_so_and_loses_nothing(
    played: Played, stage: Stage
) -> None:
    role, clients = role_of(stage), played.roles.clients(role_of(stage))
    wrong: dict[str, object] = {}
    for sid, action in played.roles.used_by_the_function(role):
        if sid in NOT_MISSED:
            continue
        played.restore(stage)
        with played.roles.without(role, sid, action):
            failures = played.failures(stage, clients)
        again = played.failures(stage, clients, stage.again_after)
        if not failures:
            wrong[f"{sid}: {action}"] = "nobody is told"
        elif again or played.facts() != played.after[stage.function]:
            wrong[f"{sid}: {action}"] = again or played.facts()
    assert wrong == {}


@pytest.mark.parametrize("stage", STAGES, ids=[each.function for each in STAGES])
def test_no_function_can_write_a_recipient_or_what_approves_a_letter(
    played: Played, stage: Stage
) -> None:
    table = played.roles.clients(role_of(stage))["dynamodb"]
    letter, recipient = (
        {"pk": {"S": pk}, "sk": {"S": sk}}
        for pk, sk in (letter_item_key(a_letter_id()), directory_key(RECIPIENTS, ROCHFORD))
    )
    approval = {"approved_sha256": {"S": "nobody read it"}}
    update = {
        "TableName": TABLE,
        "Key": letter,
        "UpdateExpression": "SET approved_sha256 = :sha256",
        "ExpressionAttributeValues": {":sha256": {"S": "nobody read it"}},
    }
    put = [{"TableName": TABLE, "Item": item} for item in (recipient, letter | approval)]

    calls = [
        *(partial(table.put_item, **each) for each in put),
        partial(table.update_item, **update),
        *(partial(table.transact_write_items, TransactItems=[{"Put": each}]) for each in put),
        partial(table.transact_write_items, TransactItems=[{"Update": update}]),
    ]

    assert [is_denied(each) for each in calls] == [True] * 6
