import re
from importlib import import_module

import pytest

from annual_review.adapters.invocation.settings.base import DeploymentSettings
from annual_review.adapters.mail.outgoing_mail import TIME_TO_SEND
from annual_review.adapters.mail.paced_mail import Pace
from infrastructure.layers.contents import layers_of
from infrastructure.local.invocations import variables_of_samples
from infrastructure.local.packaging import CODE_OF_FUNCTIONS
from infrastructure.local.project import ROOT
from tests.template.deployed import Deployed, referred

FUNCTIONS = sorted(handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py"))


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in folder.split("_"))


def test_every_handler_is_deployed_and_every_function_has_its_handler(deployed: Deployed) -> None:
    handlers = {logical_id(folder): f"functions.{folder}.handler" for folder in FUNCTIONS}
    assert {n: f["Handler"] for n, f in deployed.functions.items()} == {
        name: f"{handler}.lambda_handler" for name, handler in handlers.items()
    }


def test_no_deployment_changes_the_code_of_a_function_beside_its_layers(deployed: Deployed) -> None:
    assert {f["CodeUri"] for f in deployed.functions.values()} == {CODE_OF_FUNCTIONS}
    assert [path.suffix for path in (ROOT / CODE_OF_FUNCTIONS).iterdir()] == [".md"]


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_function_has_the_layers_that_hold_what_it_imports(
    deployed: Deployed, folder: str
) -> None:
    for_all = deployed.template["Globals"]["Function"]["Layers"]
    layers = (*for_all, *deployed.functions[logical_id(folder)].get("Layers", []))
    assert tuple(map(referred, layers)) == layers_of(ROOT, folder)


def test_only_a_deployment_changes_the_runtime(deployed: Deployed) -> None:
    managed = deployed.template["Globals"]["Function"]["RuntimeManagementConfig"]
    assert managed == {"UpdateRuntimeOn": "FunctionUpdate"}


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_function_gets_exactly_the_settings_that_it_reads(
    deployed: Deployed, folder: str
) -> None:
    handler = import_module(f"functions.{folder}.handler")
    its_own = getattr(handler, f"{logical_id(folder)}Settings").model_fields
    wanted = its_own.keys() | DeploymentSettings.model_fields.keys()
    given = deployed.functions[logical_id(folder)]["Environment"]["Variables"].keys()
    for_all = deployed.template["Globals"]["Function"]["Environment"]["Variables"].keys()
    for_sdk = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2"}
    for_libraries = ("POWERTOOLS_", "PYDANTIC_")
    ours = {name for name in given | for_all if not name.startswith(for_libraries)} - for_sdk
    assert ours == {name.upper() for name in wanted}


def test_what_is_shipped_for_sam_local_sets_every_variable_and_no_other(
    deployed: Deployed,
) -> None:
    """`sam local` passes on what the template names, and nothing else that it is given."""
    for_all = deployed.template["Globals"]["Function"]["Environment"]["Variables"]
    variables = {
        name: {*for_all, *function["Environment"]["Variables"]}
        for name, function in deployed.functions.items()
    }
    assert {name: set(each) for name, each in variables_of_samples().items()} == variables


def test_functions_ask_aws_unless_a_local_endpoint_is_named(deployed: Deployed) -> None:
    variables = deployed.template["Globals"]["Function"]["Environment"]["Variables"]
    parameter = deployed.template["Parameters"]["LocalAwsEndpoint"]
    condition, _, otherwise = variables["AWS_ENDPOINT_URL"]["Fn::If"]
    assert otherwise == {"Ref": "AWS::NoValue"}
    parameters = {"LocalAwsEndpoint": parameter["Default"]}
    assert not deployed.evaluated({"Condition": condition}, parameters)


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_function_fed_by_a_queue_sets_malformed_messages_aside_in_its_own_dead_letter_queue(
    deployed: Deployed, folder: str
) -> None:
    function = deployed.functions[logical_id(folder)]
    for source in deployed.sources(logical_id(folder)):
        queue = deployed.queues[referred(source["Queue"])]
        its_own = queue["RedrivePolicy"]["deadLetterTargetArn"]
        variables = function["Environment"]["Variables"]
        assert referred(variables["DEAD_LETTER_QUEUE_URL"]) == referred(its_own)


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_failed_message_goes_back_alone(deployed: Deployed, folder: str) -> None:
    for source in deployed.sources(logical_id(folder)):
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_batch_stays_invisible_for_six_times_the_longest_run(
    deployed: Deployed, folder: str
) -> None:
    for source in deployed.sources(logical_id(folder)):
        timeout = deployed.functions[logical_id(folder)]["Timeout"]
        window = source.get("MaximumBatchingWindowInSeconds", 0)
        queue = deployed.queues[referred(source["Queue"])]
        assert queue["VisibilityTimeout"] >= 6 * timeout + window


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_function_logs_to_a_group_of_its_own_that_forgets(
    deployed: Deployed, folder: str
) -> None:
    group = referred(deployed.functions[logical_id(folder)]["LoggingConfig"]["LogGroup"])
    assert group == f"{logical_id(folder)}Logs"
    assert deployed.of_type("AWS::Logs::LogGroup")[group]["RetentionInDays"] > 0


def test_somebody_is_told_when_a_function_fails(deployed: Deployed) -> None:
    assert deployed.alarms_on("Errors") == set(deployed.functions)


def test_a_scheduled_function_that_fails_leaves_a_message(deployed: Deployed) -> None:
    targets = [s["Target"] for s in deployed.of_type("AWS::Scheduler::Schedule").values()]
    assert targets
    for target in targets:
        function = deployed.functions[referred(target["Arn"])]
        on_failure = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        assert referred(on_failure["Destination"]) == referred(target["DeadLetterConfig"]["Arn"])


def test_somebody_is_told_when_a_contained_error_is_counted(deployed: Deployed) -> None:
    assert deployed.summed_up("UnexpectedErrorsAlarm") == {
        each["Handler"].split(".")[1] for each in deployed.functions.values()
    }


@pytest.mark.parametrize("alarm", ["FunctionsThrottledAlarm", "FunctionsSlowAlarm"])
def test_somebody_is_told_when_a_function_is_turned_away_or_comes_near_its_end(
    deployed: Deployed, alarm: str
) -> None:
    assert deployed.summed_up(alarm) == set(deployed.functions)


def test_a_function_is_slow_beyond_eight_tenths_of_its_own_time(deployed: Deployed) -> None:
    alarm = deployed.of_type("AWS::CloudWatch::Alarm")["FunctionsSlowAlarm"]
    (expression,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    percent_of = dict(re.findall(r"FILL\((\w+),0\)/(\d+)", expression))
    assert alarm["Threshold"] == 80
    assert {name.lower(): each["Timeout"] * 10 for name, each in deployed.functions.items()} == {
        name: int(milliseconds) for name, milliseconds in percent_of.items()
    }


def test_the_watch_and_the_commands_know_the_event_source_of_every_queue(
    deployed: Deployed,
) -> None:
    fed = {
        folder: f"{logical_id(folder)}{event}"
        for folder in FUNCTIONS
        for event in deployed.functions[logical_id(folder)].get("Events", {})
    }
    known = deployed.functions["WatchLetters"]["Environment"]["Variables"]["EVENT_SOURCES"]
    assert known == deployed.template["Outputs"]["EventSources"]["Value"]
    assert dict(re.findall(r"(\w+)=\$\{(\w+)\}", known["Fn::Sub"])) == fed
    [looked_at] = [
        statement["Resource"]
        for statement in deployed.statements("WatchLettersRole")
        if statement["Action"] == ["lambda:GetEventSourceMapping"]
    ]
    assert {
        re.findall(r"event-source-mapping:\$\{(\w+)\}", each["Fn::Sub"])[0] for each in looked_at
    } == set(fed.values())


@pytest.mark.parametrize(
    ("mode", "stage", "meant"),
    [
        ("by-stage", "prod", "live"),
        ("by-stage", "test", "divert"),
        ("by-stage", "production", "divert"),
        ("live", "test", "live"),
        ("divert", "prod", "divert"),
        ("off", "prod", "off"),
    ],
)
def test_mail_is_live_in_production_or_where_somebody_said_so(
    deployed: Deployed, mode: str, stage: str, meant: str
) -> None:
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]
    parameters = {"MailMode": mode, "Stage": stage}
    assert deployed.evaluated(variables["MAIL_MODE"], parameters) == meant


@pytest.mark.parametrize(("given", "meant"), [("", "letters@x.example"), ("t@x.example",) * 2])
def test_what_is_diverted_goes_to_the_test_mailbox_or_else_to_the_sender(
    deployed: Deployed, given: str, meant: str
) -> None:
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]
    parameters = {"DivertTo": given, "MailFrom": "letters@x.example"}
    assert deployed.evaluated(variables["DIVERT_TO"], parameters) == meant


def test_mail_is_diverted_unless_somebody_decides_otherwise(deployed: Deployed) -> None:
    defaults = {
        name: each["Default"]
        for name, each in deployed.template["Parameters"].items()
        if name in {"MailMode", "Stage"}
    }
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]
    assert deployed.evaluated(variables["MAIL_MODE"], defaults) == "divert"


def test_as_many_senders_run_at_a_time_as_share_the_rate(deployed: Deployed) -> None:
    [source] = deployed.sources("SendLetter")
    senders = deployed.functions["SendLetter"]["Environment"]["Variables"]["SENDERS_AT_ONCE"]
    default = deployed.template["Parameters"]["SendersAtOnce"]["Default"]
    for endpoint in ("", "http://127.0.0.1:8025"):
        parameters = {"LocalMailEndpoint": endpoint, "SendersAtOnce": default}
        at_once = deployed.evaluated(source["ScalingConfig"]["MaximumConcurrency"], parameters)
        assert at_once == deployed.evaluated(senders, parameters)


def test_a_batch_of_letters_at_the_slowest_rate_that_can_be_set_ends_in_time(
    deployed: Deployed,
) -> None:
    [source] = deployed.sources("SendLetter")
    parameters = deployed.template["Parameters"]
    slowest = parameters["LettersPerSecond"]["MinValue"]
    pace = Pace(parameters["SendersAtOnce"]["MaxValue"], slowest, recipients=None)
    timeout = deployed.functions["SendLetter"]["Timeout"]
    assert source["BatchSize"] * pace.rest_after(1) <= timeout - TIME_TO_SEND
