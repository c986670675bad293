import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import boto3
import pytest
from botocore.config import Config

from annual_review.adapters.aws.event_sources import LambdaEventSources
from infrastructure.local.aws import Client, LocalAws
from infrastructure.local.deploy import STACK, DeploymentError, StackOutputs, deploy
from infrastructure.local.emulator import emulator
from infrastructure.local.packaging import Packages, package
from infrastructure.local.project import TEMPLATE, build_paths, emulator_paths
from infrastructure.local.template import read_template
from tests.local.conftest import Inbox
from tests.local.functions import is_denied
from tests.local.parameters import PARAMETERS

pytestmark = pytest.mark.local


class DeployedSystem(NamedTuple):
    """The deployed system of these tests."""

    aws: LocalAws
    outputs: StackOutputs
    progress: list[tuple[int, int]]

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource."""
        formation = self.aws.client("cloudformation")
        found = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        formation.close()
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    return package(build_paths(tmp_path_factory.mktemp("package")))


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, packages: Packages
) -> Iterator[DeployedSystem]:
    with emulator(emulator_paths(tmp_path_factory.mktemp("deploy") / "emulator")) as aws:
        progress: list[tuple[int, int]] = []
        outputs = deploy(
            aws, TEMPLATE, packages, PARAMETERS, lambda *numbers: progress.append(numbers)
        )
        yield DeployedSystem(aws, outputs, progress)


@pytest.fixture
def client(system: DeployedSystem) -> Iterator[Callable[[str], Client]]:
    made: list[Client] = []

    def make(service: str) -> Client:
        made.append(system.aws.client(service))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def as_role(
    system: DeployedSystem, client: Callable[[str], Client]
) -> Iterator[Callable[[str, str], Client]]:
    """Makes clients that may do what a function of the template may do."""
    made: list[Client] = []

    def make(function: str, service: str) -> Client:
        named = client("lambda").get_function_configuration(FunctionName=system.resource(function))
        arn = named["Role"]
        taken = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        session: Any = boto3.session.Session()
        made.append(
            session.client(
                service,
                region_name=system.aws.region,
                endpoint_url=system.aws.endpoint,
                aws_access_key_id=taken["AccessKeyId"],
                aws_secret_access_key=taken["SecretAccessKey"],
                aws_session_token=taken["SessionToken"],
                config=Config(proxies={}),
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


class Answer(NamedTuple):
    """What anybody is answered."""

    status: int
    headers: Message
    content: bytes


SITE = {
    "live/404.html": b"no such page",
    "live/2020/authorities/e07000075/index.html": b"a page",
    "live/2020/letters/E07000075.html": b"a letter",
    "publications/f/site/index.html": b"not public yet",
}


def test_progress_ends_with_every_resource_standing(system: DeployedSystem) -> None:
    done, total = system.progress[-1]
    assert done == total == len(read_template(TEMPLATE)["Resources"])


def test_a_malformed_event_travels_from_the_bus_to_the_dead_letters(
    system: DeployedSystem, client: Callable[[str], Client]
) -> None:
    entry = {
        "Source": "ombudsman.casework",
        "DetailType": "Decision Recorded",
        "Detail": json.dumps({"schema_version": 1}),
        "EventBusName": system.outputs.event_bus_name,
    }
    client("events").put_events(Entries=[entry])
    inbox = Inbox(client("sqs"), system.outputs.decisions_dead_letter_queue_url)
    [message] = inbox.take(1)
    assert json.loads(message["Body"])["detail"] == {"schema_version": 1}
    assert message["MessageAttributes"]["reason"]["StringValue"]


def test_an_event_of_another_source_lies_among_the_dead_letters(
    system: DeployedSystem, client: Callable[[str], Client]
) -> None:
    entry = {
        "Source": "ombudsman.caseworks",
        "DetailType": "Decision Recorded",
        "Detail": json.dumps({"schema_version": 1}),
        "EventBusName": system.outputs.event_bus_name,
    }
    client("events").put_events(Entries=[entry])
    [message] = Inbox(client("sqs"), system.outputs.decisions_dead_letter_queue_url).take(1)
    assert json.loads(message["Body"])["source"] == "ombudsman.caseworks"


def test_an_event_source_that_is_disabled_is_found(
    system: DeployedSystem, client: Callable[[str], Client]
) -> None:
    lambda_ = client("lambda")
    sources = LambdaEventSources.named(lambda_, system.outputs.event_sources)
    ids = sources.ids
    assert list(ids) == ["record_decisions", "prepare_letter", "send_letter", "track_delivery"]
    assert sources.stopped() == []

    lambda_.update_event_source_mapping(UUID=ids["send_letter"], Enabled=False)
    try:
        assert sources.stopped() == ["send_letter"]
    finally:
        lambda_.update_event_source_mapping(UUID=ids["send_letter"], Enabled=True)
    assert replace(sources, ids={"send_letter": str(UUID(int=0))}).stopped() == ["send_letter"]


def test_the_watch_may_look_at_every_event_source(
    system: DeployedSystem, as_role: Callable[[str, str], Client]
) -> None:
    watch, other = as_role("WatchLetters", "lambda"), as_role("SendLetter", "lambda")
    ids = LambdaEventSources.named(watch, system.outputs.event_sources).ids
    for id_ in ids.values():
        assert watch.get_event_source_mapping(UUID=id_)["State"]
        assert is_denied(partial(other.get_event_source_mapping, UUID=id_))


@pytest.mark.parametrize(
    "function",
    [
        "RecordDecisions",
        "CloseYear",
        "PrepareLetter",
        "ReleaseLetters",
        "SendLetter",
        "TrackDelivery",
        "PublishYear",
    ],
)
def test_no_function_can_take_away_what_was_recorded(
    system: DeployedSystem, as_role: Callable[[str, str], Client], function: str
) -> None:
    table, bucket = system.outputs.table_name, system.outputs.bucket_name
    key = {"pk": {"S": "CASE#1"}, "sk": {"S": "DECISION"}}
    dynamodb, s3 = as_role(function, "dynamodb"), as_role(function, "s3")
    assert is_denied(lambda: dynamodb.delete_item(TableName=table, Key=key))
    delete = {"Delete": {"TableName": table, "Key": key}}
    assert is_denied(lambda: dynamodb.transact_write_items(TransactItems=[delete]))
    assert is_denied(lambda: dynamodb.delete_table(TableName=table))
    assert is_denied(lambda: s3.delete_object(Bucket=bucket, Key="figures/2020/1.json"))


@pytest.fixture
def ask(system: DeployedSystem, client: Callable[[str], Client]) -> Callable[..., Answer]:
    """Ask as anybody may who has no key, of the site or, with a host, of something else."""
    put = partial(client("s3").put_object, Bucket=system.outputs.bucket_name)
    for key, content in SITE.items():
        put(Key=key, Body=content, ContentType="text/html")
    address = urlsplit(system.aws.endpoint).netloc
    site = system.outputs.site_address.removeprefix("https://")

    def get(path: str, host: str = site) -> Answer:
        with contextlib.closing(HTTPConnection(address, timeout=30)) as connection:
            connection.request("GET", path, headers={"Host": host})
            with connection.getresponse() as response:
                return Answer(response.status, response.headers, response.read())

    return get


def test_everybody_reads_what_is_live_with_its_headers(ask: Callable[..., Answer]) -> None:
    page = ask("/2020/authorities/e07000075/")
    moved = ask("/2020/authorities/E07000075")
    missing = ask("/2020/authorities/e99999999/")
    letter = ask("/2020/letters/E07000075.html")

    assert (page.status, page.content) == (200, b"a page")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Strict-Transport-Security"]
    assert (moved.status, moved.headers["Location"]) == (301, "/2020/authorities/e07000075/")
    assert (missing.status, missing.content) == (404, b"no such page")
    assert (letter.status, letter.content) == (200, b"a letter")
    assert "style-src 'unsafe-inline'" in letter.headers["Content-Security-Policy"]


def test_nobody_outside_reads_what_is_staged(
    system: DeployedSystem, ask: Callable[..., Answer]
) -> None:
    bucket, endpoint = system.outputs.bucket_name, urlsplit(system.aws.endpoint).netloc

    around = [ask("/publications/f/site/index.html"), ask("/../publications/f/site/index.html")]
    directly = ask(f"/{bucket}/publications/f/site/index.html", endpoint)

    assert [each.status for each in around] == [404, 404]
    assert directly.status == 403


def test_a_template_that_is_refused_is_told(
    aws: LocalAws, packages: Packages, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Archive: {Type: AWS::Events::Archive, Properties: {}}}")
    with pytest.raises(DeploymentError, match=r"is refused: .*AWS::Events::Archive"):
        deploy(aws, template, packages, {})


def test_every_resource_that_fails_is_told_with_its_reason(
    aws: LocalAws, packages: Packages, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    condition = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": "none"}}
    template.write_text(json.dumps({"Resources": {"Waits": condition}}))
    with pytest.raises(DeploymentError, match=r"ROLLBACK.*:\n  Waits: .*Handle"):
        deploy(aws, template, packages, {})


def test_what_fails_in_a_nested_stack_is_told_by_its_own_name(
    aws: LocalAws, packages: Packages, tmp_path: Path
) -> None:
    condition = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": "none"}}
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "part.yaml"}}
    (tmp_path / "part.yaml").write_text(json.dumps({"Resources": {"Waits": condition}}))
    template = tmp_path / "template.yaml"
    template.write_text(json.dumps({"Resources": {"Part": stack}}))
    with pytest.raises(DeploymentError, match=r"\n  Waits: .*Handle"):
        deploy(aws, template, packages, {})


def test_production_is_refused_for_a_stack_that_is_not_named_so(
    aws: LocalAws, packages: Packages
) -> None:
    with pytest.raises(DeploymentError, match=r"StackAndStage"):
        deploy(aws, TEMPLATE, packages, PARAMETERS | {"Stage": "prod"})


def test_code_that_was_not_packed_is_named(
    aws: LocalAws, packages: Packages, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    function = "{Type: AWS::Serverless::Function, Properties: {CodeUri: functions/new/}}"
    template.write_text(f"Resources: {{New: {function}}}")
    with pytest.raises(DeploymentError, match="New takes its code from functions/new/"):
        deploy(aws, template, packages, {})
