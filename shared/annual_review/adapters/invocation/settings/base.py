"""How settings are read, and what tells a deployment from every other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""What something is called; never empty."""


class SettingsError(Exception):
    """The environment of a function is not complete; the message names what to set."""

    retryable = False


class Settings(BaseModel):
    """Settings are the environment variables of the same names, in capitals."""

    # Of the models in a module a function uses one: only that is built, when it is read.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings.

        Raises:
            SettingsError: A variable is missing or can't be used.
        """
        named = {name: name.upper() for name in cls.model_fields}
        try:
            return cls.model_validate(
                {
                    name: environment[variable]
                    for name, variable in named.items()
                    if variable in environment
                }
            )
        except ValidationError as error:
            # The values stay out of the message: an address is nobody's business in a log.
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            wrong = ", ".join(f"{named[str(each['loc'][0])]} ({each['type']})" for each in faults)
            raise SettingsError(f"set these environment variables: {wrong}") from None


class DeploymentSettings(Settings):
    """What tells a deployment from every other: what it is for, and the name of its stack."""

    stage: Name
    stack_name: Name
