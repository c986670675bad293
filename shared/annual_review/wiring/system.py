"""The deployed system, and every service put together on it.

No other room of the command line knows the adapters of AWS. They are slow to load: a command
imports this module where it comes to use a stack.
"""

from __future__ import annotations

from datetime import UTC, datetime

from annual_review.adapters.stack import find_stack
from annual_review.console import CommandError, Exit
from annual_review.services.errors import MissingError, PortError
from annual_review.wiring.dispatch import DispatchServices
from annual_review.wiring.figures import FigureServices
from annual_review.wiring.publication import PublicationServices
from annual_review.wiring.recording import RecordingServices
from annual_review.wiring.review import ReviewServices
from annual_review.wiring.year_end import YearEndServices


class System(
    RecordingServices,
    FigureServices,
    ReviewServices,
    DispatchServices,
    YearEndServices,
    PublicationServices,
):
    """A deployed system, by the name of its stack, with its stores and its services."""

    __slots__ = ()


def deployed(name: str) -> System:
    """Find the deployed system by the name of its stack.

    Raises:
        CommandError: It can't be found, or AWS can't be asked.
    """
    try:
        return System(find_stack(name, lambda: datetime.now(UTC)), name)
    except PortError as error:
        raise CommandError(
            f"stack {name} can't be used: {error}",
            "Name it with --stack, and check the AWS profile and region: AWS_PROFILE, AWS_REGION.",
            code=Exit.WRONG_INPUT if isinstance(error, MissingError) else Exit.AWS_FAILED,
        ) from error
