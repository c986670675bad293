import re
from collections import Counter

from tests.template.deployed import Deployed, as_list, referred

# The receiver of a message deletes it to say that it is done; what was sent is recorded by then.
ACKNOWLEDGE = "sqs:DeleteMessage"


def test_every_role_belongs_to_one_function_or_schedule(deployed: Deployed) -> None:
    functions = [referred(f["Role"]) for f in deployed.functions.values()]
    schedules = deployed.of_type("AWS::Scheduler::Schedule").values()
    used = Counter(functions + [referred(s["Target"]["RoleArn"]) for s in schedules])
    assert used == Counter(dict.fromkeys(deployed.roles, 1))


def test_no_role_has_more_than_its_own_statements(deployed: Deployed) -> None:
    for role in deployed.roles.values():
        assert set(role) == {"AssumeRolePolicyDocument", "Policies"}
    for function in deployed.functions.values():
        assert "Policies" not in function


def test_no_permission_is_for_all_resources_or_all_actions(deployed: Deployed) -> None:
    for role in deployed.roles:
        for statement in deployed.statements(role):
            assert not [action for action in statement["Action"] if "*" in action]
            for resource in statement["Resource"]:
                pattern = resource.get("Fn::Sub", "")
                text = pattern if isinstance(pattern, str) else pattern[0]
                # All objects under one prefix of our bucket: the only wildcard there is.
                assert re.fullmatch(r"\$\{Bucket\.Arn\}/[a-z]+/\*", text) or "*" not in text


def test_nothing_that_was_recorded_can_be_deleted(deployed: Deployed) -> None:
    actions = {
        action
        for role in deployed.roles
        for statement in deployed.statements(role)
        for action in statement["Action"]
    }
    taking_away = {a for a in actions if re.search(r"Delete|Purge|Restore|Remove", a)}
    assert taking_away == {ACKNOWLEDGE}


def test_a_function_acknowledges_messages_of_its_own_queue_alone(deployed: Deployed) -> None:
    for name, function in deployed.functions.items():
        fed_by = {referred(source["Queue"]) for source in deployed.sources(name)}
        acknowledged = {
            referred(resource)
            for statement in deployed.statements(referred(function["Role"]))
            if ACKNOWLEDGE in statement["Action"]
            for resource in statement["Resource"]
        }
        assert acknowledged == fed_by


def test_a_function_writes_to_its_own_log_alone(deployed: Deployed) -> None:
    for function in deployed.functions.values():
        [log] = [
            statement["Resource"]
            for statement in deployed.statements(referred(function["Role"]))
            if any(action.startswith("logs:") for action in statement["Action"])
        ]
        assert [referred(r) for r in log] == [referred(function["LoggingConfig"]["LogGroup"])]


def test_mail_leaves_from_our_address_through_our_configuration_set_alone(
    deployed: Deployed,
) -> None:
    senders = [
        (role, statement)
        for role in deployed.roles
        for statement in deployed.statements(role)
        if any(action.startswith("ses:") for action in statement["Action"])
    ]
    [(role, statement)] = senders
    assert role == "SendLetterRole"
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    assert any("configuration-set/${ConfigurationSet}" in str(r) for r in statement["Resource"])


def test_a_schedule_may_start_its_function_alone(deployed: Deployed) -> None:
    for schedule in deployed.of_type("AWS::Scheduler::Schedule").values():
        target = schedule["Target"]
        statements = deployed.statements(referred(target["RoleArn"]))
        allowed = {(a, referred(r)) for s in statements for a in s["Action"] for r in s["Resource"]}
        assert allowed == {
            ("lambda:InvokeFunction", referred(target["Arn"])),
            ("sqs:SendMessage", referred(target["DeadLetterConfig"]["Arn"])),
        }


def test_only_a_service_of_aws_takes_on_a_role(deployed: Deployed) -> None:
    for role in deployed.roles.values():
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        assert set(statement["Principal"]) == {"Service"}
        assert as_list(statement["Action"]) == ["sts:AssumeRole"]


def test_from_outside_a_rule_alone_may_write_to_a_queue(deployed: Deployed) -> None:
    rules = deployed.of_type("AWS::Events::Rule")
    for policy in deployed.of_type("AWS::SQS::QueuePolicy").values():
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        [target] = rules[referred(statement["Condition"]["ArnEquals"]["aws:SourceArn"])]["Targets"]
        written_to = {referred(target["Arn"]), referred(target["DeadLetterConfig"]["Arn"])}
        assert {referred(r) for r in statement["Resource"]} == written_to
        assert {referred(q) for q in policy["Queues"]} == written_to
