"""`make mail-identity DOMAIN=ombudsman.example`: verify the domain, and print its DNS records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

TEMPLATE: Final = Path(__file__).with_name("identity.yaml")
_STACK: Final = "annual-review-mail-identity"
_REGION: Final = "eu-west-2"


def verify(domain: str, formation: Any) -> list[str]:  # noqa: ANN401 - a client of boto3
    """Create the identity, if it is not there, and return the records that its domain needs."""
    try:
        [stack] = formation.describe_stacks(StackName=_STACK)["Stacks"]
    except formation.exceptions.ClientError:
        formation.create_stack(
            StackName=_STACK,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=[{"ParameterKey": "Domain", "ParameterValue": domain}],
            EnableTerminationProtection=True,
        )
        formation.get_waiter("stack_create_complete").wait(StackName=_STACK)
        [stack] = formation.describe_stacks(StackName=_STACK)["Stacks"]
    return [str(output["OutputValue"]) for output in stack["Outputs"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the records, for whoever keeps the domain's DNS."""
    parser = argparse.ArgumentParser(description="Verify the domain that letters come from.")
    parser.add_argument("domain", help="make mail-identity DOMAIN=ombudsman.example")
    given = parser.parse_args(arguments)
    import boto3

    records = verify(given.domain, boto3.client("cloudformation", region_name=_REGION))
    sys.stdout.write("Enter these records in the domain's DNS; SES finds them within a day:\n")
    sys.stdout.write("".join(f"  {record}\n" for record in records))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
