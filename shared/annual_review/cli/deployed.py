"""The deployed system that a command works on."""

from __future__ import annotations

from annual_review.adapters.stack import Stack, find_stack
from annual_review.console import CommandError, Exit
from annual_review.services.errors import MissingError, PortError


def deployed(name: str) -> Stack:
    """Find the deployed system by the name of its stack.

    Raises:
        CommandError: It can't be found, or AWS can't be asked.
    """
    try:
        return find_stack(name)
    except PortError as error:
        raise CommandError(
            f"stack {name} can't be used: {error}",
            "Name it with --stack, and check the AWS profile and region: AWS_PROFILE, AWS_REGION.",
            code=Exit.WRONG_INPUT if isinstance(error, MissingError) else Exit.AWS_FAILED,
        ) from error
