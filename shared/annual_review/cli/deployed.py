"""The deployed system that a command works on."""

from __future__ import annotations

from annual_review.adapters.stack import Stack, find_stack
from annual_review.console import CommandError
from annual_review.services.errors import PortError


def deployed(name: str) -> Stack:
    """Find the deployed system by the name of its stack.

    Raises:
        CommandError: It can't be found.
    """
    try:
        return find_stack(name)
    except PortError as error:
        raise CommandError(
            f"stack {name} can't be used: {error}",
            "Name it with --stack, and check the AWS profile and region: AWS_PROFILE, AWS_REGION.",
        ) from error
