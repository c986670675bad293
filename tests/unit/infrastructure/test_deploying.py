import io
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from infrastructure.deploy.previous import SAM_STACK, Clients, DeploymentRefusedError
from infrastructure.deploy.run import STAGES, deploy, roll_back, stack_of
from infrastructure.local.project import ROOT

STACK = stack_of("test")


class NoSuchKeyError(Exception):
    pass


class Account:
    """CloudFormation and S3 as far as a deployment needs them."""

    def __init__(self, template: str | None = None) -> None:
        self.template = template
        self.objects: dict[str, bytes] = {}
        self.change: dict[str, Any] | None = None
        self.protected: list[str] = []
        self.exceptions = SimpleNamespace(ClientError=LookupError, NoSuchKey=NoSuchKeyError)
        self.meta = SimpleNamespace(region_name="eu-west-2")

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName == SAM_STACK:
            output = {"OutputKey": "SourceBucket", "OutputValue": "artefacts"}
            return {"Stacks": [{"Outputs": [output]}]}
        if self.template is None:
            raise LookupError
        stage = {"ParameterKey": "Stage", "ParameterValue": "test"}
        return {"Stacks": [{"Parameters": [stage]}]}

    def update_termination_protection(self, **asked: Any) -> None:  # noqa: ANN401
        assert asked.pop("EnableTerminationProtection")
        self.protected.append(asked["StackName"])

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": self.template}

    def create_change_set(self, **change: Any) -> None:  # noqa: ANN401
        self.change = change

    def describe_change_set(self, **_: str) -> dict[str, Any]:
        changed = {"Action": "Modify", "LogicalResourceId": "SendLetter"}
        return {"Changes": [{"ResourceChange": changed}], "StatusReason": "no updates"}

    def execute_change_set(self, **_: str) -> None:
        assert self.change
        key = self.change["TemplateURL"].split(".amazonaws.com/artefacts/")[1]
        self.template = self.objects[key].decode()

    def get_waiter(self, _name: str) -> Any:  # noqa: ANN401
        return SimpleNamespace(wait=lambda **_: None)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        assert Bucket == "artefacts"
        self.objects[Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "artefacts"
        if Key not in self.objects:
            raise NoSuchKeyError
        return {"Body": io.BytesIO(self.objects[Key])}


class Steps:
    """Runs nothing, and remembers what it was to run."""

    def __init__(self, account: Account, failing: str = "", deploys: str = "new") -> None:
        self.account, self.failing, self.deploys = account, failing, deploys
        self.done: list[str] = []

    def __call__(self, command: Sequence[str]) -> int:
        step = next(
            each
            for each in command
            if each in {"validate", "build", "deploy", "doctor"} or each.endswith("bill")
        )
        self.done.append(step)
        if step == "deploy" and step != self.failing:
            self.account.template = self.deploys
        return int(step == self.failing)


def clients_of(account: Account) -> Clients:
    return Clients(account, account)


def test_a_deployment_validates_builds_deploys_and_asks_the_doctor() -> None:
    account = Account("old")
    steps = Steps(account)
    assert deploy("test", lambda: clients_of(account), steps, is_agreed=True) == 0
    assert steps.done == ["validate", "build", "infrastructure.supply.bill", "deploy", "doctor"]


@pytest.mark.parametrize("step", ["validate", "build", "deploy"])
def test_the_first_step_that_fails_ends_it(step: str) -> None:
    account = Account("old")
    steps = Steps(account, failing=step)
    assert deploy("test", lambda: clients_of(account), steps, is_agreed=True) == 1
    assert steps.done[-1] == step
    assert account.template == "old"


def test_the_stack_of_prod_is_protected_against_deletion_before_the_doctor_looks() -> None:
    account = Account("old")
    steps = Steps(account, failing="doctor")
    deploy("test", lambda: clients_of(account), steps, is_agreed=True)
    assert account.protected == []
    deploy("prod", lambda: clients_of(account), steps, is_agreed=True)
    assert account.protected == [stack_of("prod")]


def test_what_ran_before_comes_back_with_its_parameters() -> None:
    account = Account("old")
    deploy("test", lambda: clients_of(account), Steps(account), is_agreed=True)
    assert account.template == "new"
    assert roll_back("test", lambda: clients_of(account), is_agreed=True) == 0
    assert account.template == "old"
    assert account.change
    assert account.change["Parameters"] == [{"ParameterKey": "Stage", "ParameterValue": "test"}]


def test_cloudformation_acts_in_the_role_that_it_is_handed() -> None:
    account, ran, role = Account("old"), list[Sequence[str]](), "arn:aws:iam::1:role/deployment"
    steps = Steps(account)

    def run(command: Sequence[str]) -> int:
        ran.append(command)
        return steps(command)

    deploy("test", lambda: clients_of(account), run, is_agreed=True, role=role)
    [deployed] = [each for each in ran if "deploy" in each]
    assert list(deployed)[-2:] == ["--role-arn", role]
    roll_back("test", lambda: clients_of(account), is_agreed=True, role=role)
    assert account.change
    assert account.change["RoleARN"] == role


def test_to_roll_back_twice_is_to_be_where_one_was() -> None:
    account = Account("old")
    deploy("test", lambda: clients_of(account), Steps(account), is_agreed=True)
    for _ in range(2):
        roll_back("test", lambda: clients_of(account), is_agreed=True)
    assert account.template == "new"


def test_a_deployment_that_changes_nothing_leaves_what_is_kept() -> None:
    account = Account("old")
    for _ in range(2):
        deploy("test", lambda: clients_of(account), Steps(account), is_agreed=True)
    assert json.loads(account.objects[f"{STACK}/deployments/previous.json"])["template"] == "old"


def test_without_consent_nothing_is_rolled_back() -> None:
    account = Account("old")
    deploy("test", lambda: clients_of(account), Steps(account), is_agreed=True)
    with pytest.raises(DeploymentRefusedError, match="nothing was changed"):
        clients_of(account).bring_back(STACK, lambda changes: changes == [])
    assert account.template == "new"


def test_before_the_second_deployment_there_is_nothing_to_go_back_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = Account()
    deploy("test", lambda: clients_of(account), Steps(account), is_agreed=True)
    assert roll_back("test", lambda: clients_of(account), is_agreed=True) == 1
    assert f"nothing was deployed before what {STACK} runs now" in capsys.readouterr().err


def test_prod_is_deployed_after_test_and_in_an_environment_of_its_own() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    assert {name: job["environment"] for name, job in jobs.items()} == {
        name: name for name in STAGES
    }
    assert jobs["prod"]["needs"] == "test"
