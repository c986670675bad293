import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.deployed import Deployed, as_list, referred

# The receiver of a message deletes it to say that it is done; what was sent is recorded by then.
ACKNOWLEDGE = "sqs:DeleteMessage"

# What the public reads: a file that a publication does not hold is taken back from there alone.
TAKE_BACK = ("s3:DeleteObject", {"Fn::Sub": "${Bucket.Arn}/live/*"})

# A question about the account as a whole: AWS knows no resource that it could be allowed for.
ASK_FOR_THE_RATE = "ses:GetAccount"

# BatchWriteItem deletes as well as it puts, and PartiQL does whatever it is told.
TAKING_AWAY = (
    r"Delete|Purge|Remove|Restore|BatchWriteItem|PartiQL|UpdateTable|UpdateContinuousBackups"
    r"|UpdateTimeToLive|Lifecycle|Bypass|PutBucket"
)


def test_every_role_belongs_to_one_function_or_schedule(deployed: Deployed) -> None:
    functions = [referred(f["Role"]) for f in deployed.functions.values()]
    schedules = deployed.of_type("AWS::Scheduler::Schedule").values()
    used = Counter(functions + [referred(s["Target"]["RoleArn"]) for s in schedules])
    assert used == Counter(dict.fromkeys(deployed.roles, 1))


def test_no_role_has_more_than_its_own_statements(deployed: Deployed) -> None:
    for role in deployed.roles.values():
        assert set(role) == {"AssumeRolePolicyDocument", "PermissionsBoundary", "Policies"}
    for function in deployed.functions.values():
        assert "Policies" not in function


def test_no_permission_is_for_all_resources_or_all_actions(deployed: Deployed) -> None:
    for role in deployed.roles:
        for statement in deployed.statements(role):
            assert not [action for action in statement["Action"] if "*" in action]
            if statement["Action"] == [ASK_FOR_THE_RATE]:
                continue
            for resource in statement["Resource"]:
                pattern = resource.get("Fn::Sub", "")
                text = pattern if isinstance(pattern, str) else pattern[0]
                # All objects under one prefix of our bucket, and whichever identity speaks for the
                # sender, which is only asked about: the only wildcards there are.
                is_prefix = re.fullmatch(r"\$\{Bucket\.Arn\}/[a-z]+/\*", text)
                is_question = statement["Action"] == ["ses:GetEmailIdentity"]
                assert is_prefix or is_question or "*" not in text


def test_whoever_reads_documents_is_told_which_are_not_there(deployed: Deployed) -> None:
    """Without ListBucket S3 says AccessDenied, which is tried again in vain."""
    readers = set()
    for role in deployed.roles:
        bucket = {
            referred(resource)
            for statement in deployed.statements(role)
            if "s3:ListBucket" in statement["Action"]
            for resource in statement["Resource"]
        }
        actions = [a for s in deployed.statements(role) for a in s["Action"]]
        assert bucket == ({"Bucket"} if "s3:GetObject" in actions else set()), role
        readers |= {role} if bucket else set()
    assert {"PrepareLetterRole", "SendLetterRole"} <= readers


def test_nothing_that_was_recorded_can_be_deleted(deployed: Deployed) -> None:
    actions = {
        action
        for role in deployed.roles
        for statement in deployed.statements(role)
        for action in statement["Action"]
    }
    taking_away = {a for a in actions if re.search(TAKING_AWAY, a)}
    assert taking_away == {ACKNOWLEDGE, TAKE_BACK[0]}


def test_no_wildcard_or_exception_hides_a_permission_to_delete(deployed: Deployed) -> None:
    """Wherever a policy stands in the template, whatever resource it belongs to."""
    allowed = [each for each in all_statements(deployed.resources) if each["Effect"] == "Allow"]
    assert allowed
    for statement in allowed:
        assert "NotAction" not in statement, "all but some is more than anybody counted"
        if statement.get("Sid") == "LetTheAccountSayWhoMayUseIt":
            continue  # A key of which this is not said can't be governed by anybody.
        for action in as_list(statement["Action"]):
            # An action ends its wildcard nowhere: `dynamodb:*`, `s3:Del*` and `*Item` all delete.
            assert re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action), f"{action} is a pattern"
            where = as_list(statement.get("Resource", []))
            is_known = action == ACKNOWLEDGE or [(action, each) for each in where] == [TAKE_BACK]
            assert is_known or not re.search(TAKING_AWAY, action)


def test_no_role_has_a_managed_policy_or_a_sam_policy_beside_its_own(deployed: Deployed) -> None:
    text = str(deployed.template)
    assert "ManagedPolicyArns" not in text
    assert not re.search(r"'[A-Za-z]+(CrudPolicy|FullAccess[A-Za-z]*|WritePolicy)'", text)
    assert not deployed.of_type("AWS::IAM::UserPolicy")


def test_what_people_may_do_is_attached_to_nobody(deployed: Deployed) -> None:
    for policy in deployed.of_type("AWS::IAM::ManagedPolicy").values():
        assert set(policy) == {"Description", "PolicyDocument"}


def test_a_policy_beside_the_roles_traces_locks_decrypts_or_waits_for_the_functions(
    deployed: Deployed,
) -> None:
    added = deployed.of_type("AWS::IAM::Policy")
    encrypting = {"KeyPolicy", "SchedulesKeyPolicy"}
    assert set(added) == {"TracingPolicy", "LockPolicy", "WatchedQueuesPolicy", *encrypting}
    functions = {referred(function["Role"]) for function in deployed.functions.values()}
    assert {referred(role) for role in added["TracingPolicy"]["Roles"]} == functions
    [statement] = added["TracingPolicy"]["PolicyDocument"]["Statement"]
    assert all(action.startswith("xray:Put") for action in statement["Action"])
    [statement] = added["WatchedQueuesPolicy"]["PolicyDocument"]["Statement"]
    assert as_list(statement["Action"]) == ["lambda:GetEventSourceMapping"]
    assert [referred(role) for role in added["LockPolicy"]["Roles"]] == ["CloseYearRole"]


def all_statements(part: object) -> Iterator[dict[str, Any]]:
    """Find every policy statement, at any depth."""
    if isinstance(part, dict):
        if "Effect" in part:
            yield part
        for each in part.values():
            yield from all_statements(each)
    elif isinstance(part, list):
        for each in part:
            yield from all_statements(each)


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


def sending(deployed: Deployed) -> list[tuple[str, dict[str, Any]]]:
    """Who may send mail, and on what terms."""
    return [
        (role, statement)
        for role in deployed.roles
        for statement in deployed.statements(role)
        if any(re.match("ses:(?!Get)", action) for action in statement["Action"])
    ]


def test_mail_leaves_from_our_address_through_our_configuration_set_alone(
    deployed: Deployed,
) -> None:
    [(role, statement)] = sending(deployed)
    assert role == "SendLetterRole"
    _, *both = statement["Condition"]["Fn::If"]
    for condition in both:
        assert condition["StringEquals"] == {"ses:FromAddress": {"Ref": "MailFrom"}}
    assert any("configuration-set/${ConfigurationSet}" in str(r) for r in statement["Resource"])


def test_unless_mail_is_live_the_role_itself_reaches_the_test_mailbox_alone(
    deployed: Deployed,
) -> None:
    [(_, statement)] = sending(deployed)
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]
    when, live, otherwise = statement["Condition"]["Fn::If"]
    assert when == "MailIsLive"
    assert set(live) == {"StringEquals"}
    [recipients] = otherwise["ForAllValues:StringEqualsIgnoreCase"].values()
    assert recipients == variables["DIVERT_TO"]
    # Of no recipients at all everything is true: a request that names none is refused.
    assert otherwise["Null"] == {"ses:Recipients": "false"}


def test_a_verified_domain_above_the_senders_may_speak_for_it(deployed: Deployed) -> None:
    [(_, statement)] = sending(deployed)

    [identity] = [r for r in statement["Resource"] if r.get("Fn::If", [""])[0] == "HasMailIdentity"]
    assert "identity/${MailIdentity}" in str(identity)
    assert deployed.template["Parameters"]["MailIdentity"]["Default"] == ""


def test_a_test_mailbox_that_is_an_identity_of_the_account_may_be_sent_to(
    deployed: Deployed,
) -> None:
    """SES asks for it beside the sender's; live letters go to nobody's identity of ours."""
    [(_, statement)] = sending(deployed)
    variables = deployed.functions["SendLetter"]["Environment"]["Variables"]

    chosen = [r["Fn::If"] for r in statement["Resource"] if "Fn::If" in r]
    diverting = [each for each in chosen if each[0] == "MailIsLive"]
    assert {str(live) for _, live, _ in diverting} == {str({"Ref": "AWS::NoValue"})}
    [address, domain] = [otherwise["Fn::Sub"] for _, _, otherwise in diverting]
    assert address[1]["Mailbox"] == variables["DIVERT_TO"]
    assert str(variables["DIVERT_TO"]) in str(domain[1]["Domain"])


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
        statements = policy["PolicyDocument"]["Statement"]
        allowed = [each for each in statements if each.get("Effect") == "Allow"]
        for statement in allowed:
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert statement["Action"] == "sqs:SendMessage"
            sources = as_list(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
            targets = [target for rule in sources for target in rules[referred(rule)]["Targets"]]
            written_to = {referred(target["Arn"]) for target in targets}
            written_to |= {referred(target["DeadLetterConfig"]["Arn"]) for target in targets}
            assert {referred(r) for r in statement["Resource"]} == written_to
            assert {referred(q) for q in policy["Queues"]} == written_to


def test_a_function_names_the_keys_that_it_may_touch_or_else_the_attributes(
    deployed: Deployed,
) -> None:
    """A condition on keys is met by a request that has none, such as a scan: hence the guard."""
    of_the_table = [
        statement
        for role in deployed.roles
        for statement in deployed.statements(role)
        if statement["Resource"] == [{"Fn::GetAtt": ["Table", "Arn"]}]
    ]
    assert of_the_table
    for statement in of_the_table:
        key = "Attributes" if statement["Action"] == ["dynamodb:Scan"] else "LeadingKeys"
        condition = statement["Condition"]
        assert condition["Null"][f"dynamodb:{key}"] == "false"
        named = [each for each in condition if each.startswith("ForAllValues:")]
        assert any(f"dynamodb:{key}" in condition[each] for each in named)


def test_no_function_may_write_what_approves_a_letter(deployed: Deployed) -> None:
    """Whoever writes where letters are names the attributes, and that one is not among them."""
    writers = [
        statement
        for role in deployed.roles
        for statement in deployed.statements(role)
        if {"dynamodb:PutItem", "dynamodb:UpdateItem"} & set(statement["Action"])
        and "YEAR#*" in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    ]
    assert len(writers) >= 6
    for statement in writers:
        attributes = statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
        assert "approved_sha256" not in attributes
        assert statement["Condition"]["Null"]["dynamodb:Attributes"] == "false"


@pytest.mark.parametrize(
    ("kind", "setting", "parameter"),
    [
        ("AWS::IAM::Role", "PermissionsBoundary", "PermissionsBoundaryArn"),
        ("AWS::Serverless::Function", "CodeSigningConfigArn", "CodeSigningConfigArn"),
    ],
)
def test_a_boundary_and_signed_code_are_demanded_of_all_or_of_none(
    deployed: Deployed, kind: str, setting: str, parameter: str
) -> None:
    assert deployed.template["Parameters"][parameter]["Default"] == ""
    for each in deployed.of_type(kind).values():
        condition, given, otherwise = each[setting]["Fn::If"]
        assert (given, otherwise) == ({"Ref": parameter}, {"Ref": "AWS::NoValue"})
        assert not deployed.evaluated({"Condition": condition}, {parameter: ""})
        assert deployed.evaluated({"Condition": condition}, {parameter: "arn:aws:iam::1:policy/p"})
