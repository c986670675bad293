"""The fake table beside moto: every request goes to both, and both have to answer alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from botocore.exceptions import ClientError, ParamValidationError

from annual_review.adapters.aws import aws_clients
from annual_review.adapters.dynamodb.table import number, text
from tests.fakes.table.client import FakeClient
from tests.fakes.table.table import FakeTable
from tests.integration.world import TABLE

Outcome: TypeAlias = dict[str, Any]

INVALID: Final = "ValidationException"
REFUSED: Final = "ConditionalCheckFailedException"
KEY: Final = {"pk": {"S": "p"}, "sk": {"S": "s"}}

# What AWS adds to its answers and nobody here reads.
_IGNORED: Final = frozenset({"ResponseMetadata", "ConsumedCapacity", "ItemCollectionMetrics"})


@dataclass
class BothTables:
    """A client of each. Its methods return what both answered, or the code of the error."""

    table: FakeTable = field(default_factory=lambda: FakeTable(TABLE))

    def __post_init__(self) -> None:
        self.fake = FakeClient(self.table)
        self.moto: Any = aws_clients.dynamodb()

    def ask(self, operation: str, **request: Any) -> Outcome:  # noqa: ANN401 (as boto3 has it)
        """Send a request to both."""
        if not operation.startswith(("batch", "transact")):
            request["TableName"] = TABLE
        fake = self.ask_fake(operation, **request)
        moto = _outcome(getattr(self.moto, operation), request)
        assert fake == moto, (fake, moto)
        return fake

    def ask_fake(self, operation: str, **request: Any) -> Outcome:  # noqa: ANN401
        """Send a request to the fake alone, where moto is known to be wrong."""
        return _outcome(getattr(self.fake, operation), request)

    def put(self, **attributes: Any) -> Outcome:  # noqa: ANN401 (values in any notation)
        """Write an item, at the key of these tests unless it has its own."""
        return self.ask("put_item", Item={**KEY, **attributes})

    def item(self) -> Outcome:
        """Return the item at the key of these tests."""
        found: Outcome = self.ask("get_item", Key=KEY, ConsistentRead=True).get("Item", {})
        return found

    def update(self, expression: str, **request: Any) -> Outcome:  # noqa: ANN401
        """Update that item, and return what it is then."""
        outcome = self.ask("update_item", **an_update(expression, **request))
        found: Outcome = outcome.get("Attributes", outcome)
        return found

    def judge(self, condition: str, *, moto: bool = True, **request: Any) -> bool | str:  # noqa: ANN401
        """Whether a condition holds for that item, or the code of the error it leads to."""
        names, values = request.pop("names", {}), request.pop("values", {})
        update = an_update(
            "SET judged = :judged",
            names=names,
            values={**values, ":judged": number(1)},
            ConditionExpression=condition,
        )
        outcome = (
            self.ask("update_item", **update)
            if moto
            else self.ask_fake("update_item", TableName=TABLE, **update)
        )
        code: str | None = outcome.get("error")
        return code is None if code in {None, REFUSED} else str(code)


def an_update(expression: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401
    """Build the request of an update; `names` and `values` are those of its placeholders."""
    for short, long in (("names", "Names"), ("values", "Values")):
        if given := request.pop(short, None):
            request[f"ExpressionAttribute{long}"] = given
    return {"Key": KEY, "UpdateExpression": expression, "ReturnValues": "ALL_NEW", **request}


def _outcome(method: Callable[..., Any], request: Mapping[str, Any]) -> Outcome:
    try:
        answer = method(**request)
    except ParamValidationError:
        return {"error": "ParamValidationError"}
    except ClientError as error:
        return _error(error)
    return {name: part for name, part in answer.items() if name not in _IGNORED}


def _error(error: ClientError) -> Outcome:
    response: Mapping[str, Any] = error.response
    reasons = [
        {name: part for name, part in each.items() if name != "Message"}
        for each in response.get("CancellationReasons", ())
    ]
    return {
        "error": response["Error"]["Code"],
        "operation": error.operation_name,
        "status": response["ResponseMetadata"]["HTTPStatusCode"],
        "reasons": reasons,
        "item": response.get("Item"),
    }


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": text(pk), "sk": text(sk)}


def a_case(reference: str, year: str = "E1#2020") -> dict[str, Any]:
    return {
        **key(f"CASE#{reference}", "DECISION"),
        "authority_year": text(year),
        "sk_case": text(f"DECISION#{reference}"),
    }


def loaded(both: BothTables) -> BothTables:
    for sk in ("NOTE#1", "LETTER#2", "LETTER#1", "LETTER#10", "PHASE", "LETTERS"):
        both.put(**key("YEAR#2020", sk), weight=number(len(sk)))
    both.put(**key("YEAR#2021", "LETTER#1"))
    for each in (a_case("2"), a_case("1"), a_case("3"), a_case("4", "E2#2020")):
        both.put(**each)
    return both
