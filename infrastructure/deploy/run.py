"""`make deploy STAGE=test` and `make rollback STAGE=test`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from annual_review.services.readiness.deployment import PRODUCTION
from infrastructure.deploy.previous import Clients, DeploymentRefusedError

_PROJECT: Final = Path(__file__).resolve().parents[2]
_SAM: Final = str(_PROJECT / ".venvs" / "sam" / "bin" / "sam")
REGION: Final = "eu-west-2"
STAGES: Final = ("test", PRODUCTION)

Run = Callable[[Sequence[str]], int]


def stack_of(stage: str) -> str:
    """Return the stack of a stage, as `samconfig.toml` names it."""
    return f"annual-review-{stage}"


def deploy(
    stage: str,
    clients: Callable[[], Clients],
    run: Run,
    *,
    is_agreed: bool,
    role: str | None = None,
) -> int:
    """Validate, build, keep what runs, show the changes and deploy; then look whether all is ready.

    The stack of prod is protected against deletion, which SAM has no option for. The first step
    that fails ends it. `is_agreed` asks nobody: another has approved the changes. `role` is the one
    that CloudFormation acts in; without it, that of the deployment before, or the caller's.
    """
    python = sys.executable
    bill = [python, "-m", "infrastructure.supply.bill", ".aws-sam/bill-of-materials.cdx.json"]
    for command in ([_SAM, "validate", "--lint", "--region", REGION], [_SAM, "build"], bill):
        if code := run(command):
            return code
    account, stack = clients(), stack_of(stage)
    before = account.running(stack)
    options = ["--no-fail-on-empty-changeset", *(["--no-confirm-changeset"] if is_agreed else [])]
    if role:
        options += ["--role-arn", role]
    code = run([_SAM, "deploy", "--config-env", stage, *options])
    account.keep(stack, before)
    if code:
        return code
    if stage == PRODUCTION:
        account.protect(stack)
    return run([python, "-m", "annual_review.cli", "doctor", "--stack", stack])


def roll_back(
    stage: str, clients: Callable[[], Clients], *, is_agreed: bool, role: str | None = None
) -> int:
    """Deploy again what was deployed before."""

    def agreed(changes: list[str]) -> bool:
        sys.stdout.write("".join(f"  {each}\n" for each in changes))
        return is_agreed or input(f"Roll {stack_of(stage)} back? [y/N] ").lower() == "y"

    try:
        changes = clients().bring_back(stack_of(stage), agreed, role)
    except DeploymentRefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{stack_of(stage)} is rolled back: {len(changes)} changes.\n")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy a stage or roll it back."""
    parser = argparse.ArgumentParser(description="Deploy a stage, or what it ran before.")
    parser.add_argument("act", choices=["deploy", "rollback"])
    parser.add_argument("stage", choices=STAGES, help="make deploy STAGE=test")
    parser.add_argument("--yes", action="store_true", help="somebody has approved the changes")
    parser.add_argument(
        "--role-arn",
        default=os.environ.get("DEPLOYMENT_ROLE_ARN") or None,
        help="the role that CloudFormation acts in; default: DEPLOYMENT_ROLE_ARN",
    )
    given = parser.parse_args(arguments)
    if given.act == "deploy":
        return deploy(given.stage, _clients, _run, is_agreed=given.yes, role=given.role_arn)
    return roll_back(given.stage, _clients, is_agreed=given.yes, role=given.role_arn)


def _clients() -> Clients:
    import boto3

    return Clients(
        boto3.client("cloudformation", region_name=REGION),
        boto3.client("s3", region_name=REGION),
    )


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, cwd=_PROJECT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
