"""What was deployed before, kept beside the artefacts, so that one command brings it back.

CloudFormation keeps the template of a stack and not those before it. What the template points to,
layers and nested templates, stays in the bucket of SAM under the name of its content.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Client: TypeAlias = Any
"""A client of boto3."""

SAM_STACK: Final = "aws-sam-cli-managed-default"
_CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class DeploymentRefusedError(Exception):
    """Nothing was deployed; the message says why."""

    retryable = False


@dataclass(frozen=True, slots=True)
class Clients:
    """What deploying talks to."""

    formation: Client
    s3: Client

    def running(self, stack: str) -> dict[str, Any] | None:
        """Return what a stack runs, its template and its parameters; `None` if there is none."""
        try:
            [now] = self.formation.describe_stacks(StackName=stack)["Stacks"]
        except self.formation.exceptions.ClientError:
            return None
        template = self.formation.get_template(StackName=stack, TemplateStage="Original")
        body = template["TemplateBody"]
        return {
            "template": body if isinstance(body, str) else json.dumps(body),
            "parameters": {
                each["ParameterKey"]: each["ParameterValue"] for each in now.get("Parameters", [])
            },
        }

    def keep(self, stack: str, before: dict[str, Any] | None) -> None:
        """Keep what a stack ran before, if it runs something else now."""
        if before is None or before == self.running(stack):
            return
        content = json.dumps(before).encode()
        self.s3.put_object(Bucket=self._bucket(), Key=_key(stack), Body=content)

    def protect(self, stack: str) -> None:
        """Protect a stack and those nested in it against deletion; twice is as good as once."""
        self.formation.update_termination_protection(
            StackName=stack, EnableTerminationProtection=True
        )

    def bring_back(
        self, stack: str, agreed: Callable[[list[str]], bool], role: str | None = None
    ) -> list[str]:
        """Deploy what was kept, once somebody has seen and agreed to what it changes.

        What runs now is kept in its place: to roll back twice is to be where one was. Changes that
        nobody agreed to stay listed with the stack, and do nothing: whoever deploys may not delete.
        `role` is the one that CloudFormation acts in, if it is another than before.

        Raises:
            DeploymentRefusedError: Nothing was kept, it changes nothing, or nobody agreed.
        """
        kept = self._kept(stack)
        key = f"{stack}/deployments/rollback.yaml"
        self.s3.put_object(Bucket=self._bucket(), Key=key, Body=kept["template"].encode())
        names = {"StackName": stack, "ChangeSetName": f"rollback-{secrets.token_hex(4)}"}
        self.formation.create_change_set(
            **names,
            ChangeSetType="UPDATE",
            TemplateURL=f"https://s3.{self.s3.meta.region_name}.amazonaws.com/{self._bucket()}/{key}",
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in kept["parameters"].items()
            ],
            Capabilities=_CAPABILITIES,
            **({"RoleARN": role} if role else {}),
        )
        changes = self._changes(names)
        if not agreed(changes):
            raise DeploymentRefusedError("nothing was changed")
        before = self.running(stack)
        self.formation.execute_change_set(**names)
        self.formation.get_waiter("stack_update_complete").wait(StackName=stack)
        self.keep(stack, before)
        return changes

    def _kept(self, stack: str) -> dict[str, Any]:
        try:
            found = self.s3.get_object(Bucket=self._bucket(), Key=_key(stack))
        except self.s3.exceptions.NoSuchKey:
            why = f"nothing was deployed before what {stack} runs now"
            raise DeploymentRefusedError(why) from None
        kept: dict[str, Any] = json.loads(found["Body"].read())
        return kept

    def _changes(self, names: dict[str, str]) -> list[str]:
        try:
            self.formation.get_waiter("change_set_create_complete").wait(**names)
        except Exception as error:
            described = self.formation.describe_change_set(**names)
            raise DeploymentRefusedError(described["StatusReason"]) from error
        changes = [
            each["ResourceChange"]
            for each in self.formation.describe_change_set(**names)["Changes"]
        ]
        return [f"{each['Action']} {each['LogicalResourceId']}" for each in changes]

    def _bucket(self) -> str:
        [stack] = self.formation.describe_stacks(StackName=SAM_STACK)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        return str(outputs["SourceBucket"])


def _key(stack: str) -> str:
    return f"{stack}/deployments/previous.json"
