import json
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from annual_review.adapters.dynamodb import case_table
from annual_review.adapters.invocation.observation import NAMESPACE
from annual_review.domain.letters import LETTER_TAG
from annual_review.services.year_end.overdue_days import Overdue
from infrastructure.local.deploy import StackOutputs, output_key
from infrastructure.local.mail_playback import MAIL_EVENT_SOURCE
from infrastructure.local.project import TEMPLATE
from infrastructure.local.template import read_template
from tests.template.deployed import Deployed, referred
from tests.template.whole import template_files

MOST_BYTES = 51_200
"""What CloudFormation takes as the body of a request."""
NODE = shutil.which("node") or ""
FILES = template_files(TEMPLATE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_purpose_stands_above_every_resource(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for name in read_template(path)["Resources"]:
        above = lines[lines.index(f"  {name}:", lines.index("Resources:")) - 1]
        assert re.fullmatch(r"  # \S.*\S[.;]?", above), f"{name} has no purpose above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_is_described_and_used(path: Path) -> None:
    _, _, text = path.read_text(encoding="utf-8").partition("\nParameters:\n")
    for name, parameter in read_template(path)["Parameters"].items():
        assert parameter["Description"].endswith(".")
        assert re.search(rf"(!Ref {name}\b|\$\{{{name}\}})", text), f"{name} is not used"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_template_is_small_enough_to_be_sent_as_it_is(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES


def test_every_template_belongs_to_the_system() -> None:
    stacks = TEMPLATE.parent / "infrastructure" / "stacks"
    assert set(stacks.glob("*")) == set(FILES) - {TEMPLATE}


def test_a_nested_stack_has_no_defaults_that_could_differ_from_those_of_the_template() -> None:
    for path in set(FILES) - {TEMPLATE}:
        assert not [p for p in read_template(path)["Parameters"].values() if "Default" in p]


def test_every_queue_has_a_dead_letter_queue_of_its_own(deployed: Deployed) -> None:
    fed = {referred(s["Queue"]) for f in deployed.functions for s in deployed.sources(f)}
    dead = [
        referred(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in deployed.queues.values()
        if "RedrivePolicy" in queue
    ]
    assert len(dead) == len(set(dead))
    for name in fed:
        assert deployed.queues[name]["RedrivePolicy"]["maxReceiveCount"] == 5
    assert set(deployed.queues) == fed | set(dead) | {"SchedulesDeadLetterQueue"}


def dead_letter_queues(deployed: Deployed) -> set[str]:
    return {name for name, queue in deployed.queues.items() if "RedrivePolicy" not in queue}


def test_a_queue_keeps_what_waits_as_long_as_any_can(deployed: Deployed) -> None:
    # What outlives a queue is deleted, and becomes no dead letter.
    for queue in deployed.queues.values():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 60 * 60


def test_somebody_is_told_of_what_waits_long_before_it_is_lost(deployed: Deployed) -> None:
    at_work = set(deployed.queues) - dead_letter_queues(deployed)
    assert deployed.alarms_on("ApproximateAgeOfOldestMessage") == at_work
    for alarm in deployed.of_type("AWS::CloudWatch::Alarm").values():
        if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage":
            assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 60 * 60)


def test_somebody_is_told_of_every_dead_letter(deployed: Deployed) -> None:
    dead = dead_letter_queues(deployed)
    assert deployed.alarms_on("ApproximateNumberOfMessagesVisible") == dead
    assert deployed.summed_up("DeadLettersArrivedAlarm") == dead
    assert deployed.summed_up("DeadLettersExpiringAlarm") == dead


def test_nobody_puts_anything_into_a_queue_past_tls(deployed: Deployed) -> None:
    kept = {}
    for name, policy in deployed.of_type("AWS::SQS::QueuePolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            # Local AWS has no TLS: there the statement or the whole policy is left out.
            if "Fn::If" in statement:
                local, _, given = statement["Fn::If"]
                assert local == "RunsLocally"
            elif deployed.resources[name].get("Condition") == "RunsOnAws":
                given = statement
            else:
                continue
            assert (given["Effect"], given["Principal"], given["Action"]) == ("Deny", "*", "sqs:*")
            assert given["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            kept[name] = {referred(each) for each in given["Resource"]}
            assert kept[name] == {referred(each) for each in policy["Queues"]}
    assert set().union(*kept.values()) == set(deployed.queues)
    assert sum(map(len, kept.values())) == len(deployed.queues), "a queue has one policy"


def test_what_does_not_come_from_casework_goes_to_the_dead_letters(deployed: Deployed) -> None:
    taken = deployed.resources["DecisionsRule"]["Properties"]["EventPattern"]
    stray = deployed.resources["StrayEventsRule"]["Properties"]
    assert stray["EventPattern"] == {"source": [{"anything-but": taken["source"]}]}
    assert stray["EventBusName"] == {"Ref": "EventBus"}
    [target] = stray["Targets"]
    assert referred(target["Arn"]) == "DecisionsDeadLetterQueue"
    allowed = deployed.resources["DecisionsQueuePolicy"]["Properties"]["PolicyDocument"]
    sources = allowed["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert {referred(each) for each in sources} == {"DecisionsRule", "StrayEventsRule"}


def test_another_account_puts_the_events_of_casework_on_the_bus_and_nothing_else(
    deployed: Deployed,
) -> None:
    policy = deployed.resources["EventBusPolicy"]
    assert not deployed.evaluated({"Condition": policy["Condition"]}, {"CaseworkAccountId": ""})
    statement = policy["Properties"]["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert statement["Principal"]["AWS"]["Fn::Sub"].endswith("::${CaseworkAccountId}:root")
    assert statement["Condition"] == {"StringEquals": {"events:source": "ombudsman.casework"}}


def test_events_are_kept_to_be_replayed_unless_somebody_wants_otherwise(deployed: Deployed) -> None:
    archive = deployed.resources["EventArchive"]
    usual = {"ArchiveEvents": deployed.template["Parameters"]["ArchiveEvents"]["Default"]}
    assert deployed.evaluated({"Condition": archive["Condition"]}, usual)
    assert archive["Properties"]["RetentionDays"] > 366


def test_every_alarm_reaches_somebody_and_says_of_which_stage_it_is(deployed: Deployed) -> None:
    for alarm in deployed.of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert re.fullmatch(r"\$\{Stage\}: \S.*\.", alarm["AlarmDescription"]["Fn::Sub"])


def test_every_count_of_ours_is_looked_for_under_the_stage_and_the_stack(
    deployed: Deployed,
) -> None:
    of_deployment = [
        {"Name": "stage", "Value": {"Ref": "Stage"}},
        {"Name": "stack", "Value": {"Ref": "AWS::StackName"}},
    ]
    metrics = [
        each
        for alarm in deployed.of_type("AWS::CloudWatch::Alarm").values()
        for each in [alarm, *(m["MetricStat"]["Metric"] for m in in_sum(alarm))]
        if each.get("Namespace") == NAMESPACE
    ]
    assert metrics
    for metric in metrics:
        service, *others = metric["Dimensions"]
        assert service["Name"] == "service"
        assert others == of_deployment


def in_sum(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in alarm.get("Metrics", []) if "MetricStat" in each]


def test_no_name_is_that_of_another_stack_in_the_account(deployed: Deployed) -> None:
    for name, resource in deployed.resources.items():
        properties = resource.get("Properties", {})
        config = [v for k, v in properties.items() if k.endswith("Config") and isinstance(v, dict)]
        names = [each["Name"] for each in (properties, *config) if "Name" in each]
        for given in names:
            assert "${AWS::StackName}" in str(given) or given == {"Ref": "AWS::StackName"}, name


@pytest.mark.parametrize(
    ("stack_and_stage", "taken"),
    [
        ("annual-review-prod prod", "taken"),
        ("annual-review-test test", "taken"),
        ("annual-review anna", "taken"),
        ("annual-review-test prod", "refused"),
        ("annual-review-product prod", "refused"),
        ("annual-review-prod test", "refused"),
    ],
)
def test_production_is_a_stack_that_is_named_so_and_no_other(
    stack_and_stage: str, taken: str
) -> None:
    mail = read_template(TEMPLATE.parent / "infrastructure" / "stacks" / "mail.yaml")
    pattern = mail["Parameters"]["StackAndStage"]["AllowedPattern"]
    assert (taken == "taken") == bool(re.fullmatch(pattern, stack_and_stage))


def test_letters_wait_until_the_stage_is_known_to_be_that_of_the_stack() -> None:
    resources = read_template(TEMPLATE)["Resources"]
    given = resources["Mail"]["Properties"]["Parameters"]["StackAndStage"]
    assert given == {"Fn::Sub": "${AWS::StackName} ${Stage}"}
    variables = resources["SendLetter"]["Properties"]["Environment"]["Variables"]
    assert referred(variables["CONFIGURATION_SET"]) == "Mail"


def test_x_ray_is_off_unless_somebody_wants_it(deployed: Deployed) -> None:
    usual = {"Tracing": deployed.template["Parameters"]["Tracing"]["Default"]}
    tracing = deployed.template["Globals"]["Function"]["Tracing"]
    assert deployed.evaluated(tracing, usual) == "PassThrough"
    assert deployed.resources["TracingPolicy"]["Condition"] == "Traces"


def test_everything_is_encrypted_where_it_lies(deployed: Deployed) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in deployed.queues.values())
    assert deployed.resources["Table"]["Properties"]["SSESpecification"]["SSEEnabled"]
    assert "BucketEncryption" in deployed.resources["Bucket"]["Properties"]


def test_what_was_recorded_stays(deployed: Deployed) -> None:
    for name in ("Table", "Bucket"):
        assert deployed.resources[name]["DeletionPolicy"] == "Retain"
        assert deployed.resources[name]["UpdateReplacePolicy"] == "Retain"
    table = deployed.resources["Table"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert "TimeToLiveSpecification" not in table
    bucket = deployed.resources["Bucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_table_has_the_index_that_the_code_asks_for(deployed: Deployed) -> None:
    [index] = deployed.resources["Table"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == case_table.INDEX


def test_the_bucket_is_private_and_wants_tls(deployed: Deployed) -> None:
    bucket = deployed.resources["Bucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    _, tls = bucket_statements(deployed)
    locally, _, statement = tls["Fn::If"]
    assert locally == "RunsLocally"
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def bucket_statements(deployed: Deployed) -> list[dict[str, Any]]:
    policy = deployed.resources["BucketPolicy"]["Properties"]["PolicyDocument"]
    return list(policy["Statement"])


def test_our_own_distribution_reads_what_is_public_and_nothing_else_of_the_bucket(
    deployed: Deployed,
) -> None:
    shown, _ = bucket_statements(deployed)
    assert (shown["Effect"], shown["Action"]) == ("Allow", "s3:GetObject")
    assert shown["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert shown["Resource"] == {"Fn::Sub": "${Bucket.Arn}/live/*"}
    source = shown["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(":distribution/${Site}")
    [origin] = site(deployed)["Origins"]
    assert origin["OriginPath"] == "/live"
    assert referred(origin["OriginAccessControlId"]) == "SiteAccess"


def site(deployed: Deployed) -> dict[str, Any]:
    config: dict[str, Any] = deployed.resources["Site"]["Properties"]["DistributionConfig"]
    return config


def content_security_policy(deployed: Deployed, behavior: dict[str, Any]) -> set[str]:
    headers = deployed.resources[referred(behavior["ResponseHeadersPolicyId"])]["Properties"]
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    return {each.strip() for each in policy.split(";")}


def test_pages_run_and_show_nothing_inline_and_letters_only_their_styles(
    deployed: Deployed,
) -> None:
    pages = content_security_policy(deployed, site(deployed)["DefaultCacheBehavior"])
    [behavior] = site(deployed)["CacheBehaviors"]
    letters = content_security_policy(deployed, behavior)

    assert behavior["PathPattern"] == "/*/letters/*"
    assert not [each for each in pages if "unsafe" in each]
    assert [each for each in letters if "unsafe" in each] == ["style-src 'unsafe-inline'"]
    for policy in (pages, letters):
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= policy
    assert "script-src" not in str(letters)


def test_name_firewall_and_access_logs_of_the_site_are_off_unless_somebody_gives_them(
    deployed: Deployed,
) -> None:
    optional = {
        "Aliases": "SiteDomain",
        "WebACLId": "SiteWebAclArn",
        "Logging": "SiteLogBucket",
    }
    for setting, parameter in optional.items():
        assert deployed.template["Parameters"][parameter]["Default"] == ""
        condition, _, otherwise = site(deployed)[setting]["Fn::If"]
        assert otherwise == {"Ref": "AWS::NoValue"}
        assert not deployed.evaluated({"Condition": condition}, {parameter: ""})
        assert deployed.evaluated({"Condition": condition}, {parameter: "given"})


@pytest.mark.skipif(not NODE, reason="no node to run CloudFront's JavaScript")
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/", "/index.html"),
        ("/2020/authorities/e07000075/", "/2020/authorities/e07000075/index.html"),
        ("/2020/authorities/e07000075", "301 /2020/authorities/e07000075/"),
        ("/2020/Authorities/E07000075/", "301 /2020/authorities/e07000075/"),
        ("/2020/letters/E07000075.pdf", "/2020/letters/E07000075.pdf"),
        ("/data/2020/r1/figures.csv", "/data/2020/r1/figures.csv"),
        ("//elsewhere.example/X", "301 /elsewhere.example/x/"),
        ("//Elsewhere", "301 /elsewhere/"),
        ("/\\Elsewhere", "301 /elsewhere/"),
        ("/2020/compare", "301 /2020/compare/?authorities=e07000075"),
    ],
)
def test_an_address_leads_to_its_page_on_our_own_host(
    deployed: Deployed, asked: str, answered: str
) -> None:
    code = deployed.resources["SiteAddresses"]["Properties"]["FunctionCode"]
    query = {"authorities": {"value": "e07000075"}} if "compare" in asked else {}
    event = {"request": {"uri": asked, "querystring": query}}
    said = subprocess.run(
        [NODE, "-e", f"{code}; console.log(JSON.stringify(handler({json.dumps(event)})))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    answer = json.loads(said)
    if "statusCode" in answer:
        got = f"{answer['statusCode']} {answer['headers']['location']['value']}"
    else:
        got = answer["uri"]
    assert got == answered


@pytest.mark.parametrize(
    ("schedule", "time", "usual"),
    [
        ("YearEndSchedule", "YearEndTime", "cron(0 6 15 4 ? *)"),
        ("LettersDaySchedule", "LettersDayTime", "cron(0 9 22 7 ? *)"),
        ("PublicationDaySchedule", "PublicationDayTime", "cron(30 9 29 7 ? *)"),
    ],
)
def test_a_schedule_knows_london_time_and_tells_its_own(
    deployed: Deployed, schedule: str, time: str, usual: str
) -> None:
    properties = deployed.resources[schedule]["Properties"]
    assert properties["ScheduleExpressionTimezone"] == "Europe/London"
    assert properties["ScheduleExpression"] == {"Ref": time}
    assert deployed.template["Parameters"][time]["Default"] == usual
    told = '{"scheduled_at": "<aws.scheduler.scheduled-time>"}'
    assert properties["Target"]["Input"] == told
    assert "DeadLetterConfig" in properties["Target"]


def test_letters_are_watched_every_hour_for_as_long_as_the_schedules_run(
    deployed: Deployed,
) -> None:
    properties = deployed.resources["WatchSchedule"]["Properties"]
    assert properties["ScheduleExpression"] == "rate(1 hour)"
    assert properties["State"] == {"Ref": "ScheduleState"}
    assert properties["Target"]["Input"] == '{"scheduled_at": "<aws.scheduler.scheduled-time>"}'


def test_somebody_is_told_of_what_the_watch_counts(deployed: Deployed) -> None:
    alarms = deployed.of_type("AWS::CloudWatch::Alarm").values()
    watch = {"Name": "service", "Value": "watch_letters"}
    watched = [alarm for alarm in alarms if watch in alarm.get("Dimensions", [])]
    [heartbeat] = [alarm for alarm in watched if alarm["MetricName"] == "watches"]
    watched.remove(heartbeat)
    # Whoever is not heard any more is taken for dead.
    assert heartbeat["TreatMissingData"] == "breaching"
    assert (heartbeat["ComparisonOperator"], heartbeat["Threshold"]) == ("LessThanThreshold", 1)
    assert {alarm["MetricName"] for alarm in watched} == {
        "letters_stuck",
        "letters_unknown",
        "approvals_stale",
        "tallies_adrift",
        "event_sources_disabled",
        *Overdue,
    }
    for alarm in watched:
        assert alarm["Namespace"] == NAMESPACE
        assert (alarm["Threshold"], alarm["Statistic"]) == (0, "Maximum")
        # An hourly watch leaves a count in every period, however late it comes.
        assert alarm["Period"] >= 2 * 60 * 60


def test_somebody_is_told_where_events_are_passed_over_beyond_the_ordinary(
    deployed: Deployed,
) -> None:
    alarm = deployed.resources["StaleEventsAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "passed_over")
    assert {"Name": "service", "Value": "record_decisions"} in alarm["Dimensions"]
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Sum", 3600, 20)


def test_every_kind_of_casework_event_is_taken(deployed: Deployed) -> None:
    # One of an unknown kind is a mistake that somebody has to see, not one to be dropped.
    rule = deployed.resources["DecisionsRule"]["Properties"]
    assert rule["EventPattern"] == {"source": ["ombudsman.casework"]}


def test_ses_reports_on_our_mail_alone_are_taken(deployed: Deployed) -> None:
    pattern = deployed.resources["DeliveryRule"]["Properties"]["EventPattern"]
    tags = pattern["detail"]["mail"]["tags"]
    assert tags == {"ses:configuration-set": [{"Ref": "ConfigurationSet"}]}
    [source] = pattern["source"]
    assert source == {"Fn::If": ["RunsLocally", MAIL_EVENT_SOURCE, "aws.ses"]}


def test_reports_of_ses_are_logged_by_letter_and_without_any_address(deployed: Deployed) -> None:
    rule = deployed.resources["MailLogRule"]["Properties"]
    taken = deployed.resources["DeliveryRule"]["Properties"]["EventPattern"]["detail"]
    assert rule["EventPattern"]["detail"] == taken
    transformed = rule["Targets"][0]["InputTransformer"]
    assert transformed["InputPathsMap"]["letter"] == f"$.detail.mail.tags.{LETTER_TAG}[0]"
    named = set(re.findall(r"<(\w+)>", transformed["InputTemplate"]))
    assert named == set(transformed["InputPathsMap"])
    paths = "".join(transformed["InputPathsMap"].values())
    assert not re.search("destination|headers|source|Recipients|subject", paths)
    policy = deployed.resources["MailLogsPolicy"]["Properties"]["PolicyDocument"]
    assert json.loads(policy["Fn::Sub"])["Version"] == "2012-10-17"


def test_mail_goes_to_ses_unless_a_local_endpoint_is_named(deployed: Deployed) -> None:
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]
    _, local, otherwise = variables["AWS_ENDPOINT_URL_SESV2"]["Fn::If"]
    assert local == {"Ref": "LocalMailEndpoint"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert deployed.template["Parameters"]["LocalMailEndpoint"]["Default"] == ""


def test_letters_wait_for_approval_and_are_real_unless_told_otherwise(deployed: Deployed) -> None:
    parameters = deployed.template["Parameters"]
    assert parameters["ApprovalRequired"]["Default"] == "true"
    assert parameters["SampleNotice"]["Default"] == "false"


def test_the_deployment_reads_every_output(deployed: Deployed) -> None:
    read = {output_key(field.name) for field in fields(StackOutputs)}
    assert read == set(deployed.template["Outputs"])
