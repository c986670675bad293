"""Settings: what each function reads from its environment, checked once, without any default.

A function whose settings are not complete refuses to start. An empty value counts as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from annual_review.domain.recipients import email_address
from annual_review.services.dispatch.mail_mode import MailMode

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Mailbox = Annotated[str, AfterValidator(email_address)]
_Count = Annotated[int, Field(ge=1)]
_Days = Annotated[int, Field(ge=0)]
_EveryYear = Annotated[str, StringConstraints(pattern=r"^cron\(\d+ \d+ \d+ \d+ \? \*\)$")]


class SettingsError(Exception):
    """The environment of a function is not complete; the message names what to set."""

    retryable = False


class _Settings(BaseModel):
    """Settings are the environment variables of the same names, in capitals."""

    # A function uses one of these models: only that one is built, by the first that it reads.
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


class DeploymentSettings(_Settings):
    """What tells a deployment from every other: what it is for, and the name of its stack."""

    stage: _Name
    stack_name: _Name


class RecordDecisionsSettings(_Settings):
    """Settings of record_decisions."""

    table_name: _Name
    bucket_name: _Name
    dead_letter_queue_url: _Name


class CloseYearSettings(_Settings):
    """Settings of close_year."""

    table_name: _Name
    bucket_name: _Name
    decisions_queue_url: _Name
    decisions_dead_letter_queue_url: _Name
    prepare_queue_url: _Name
    lock_days: _Days

    @property
    def decisions_queues(self) -> tuple[str, str]:
        """The queue of decisions, and that of its dead letters."""
        return self.decisions_queue_url, self.decisions_dead_letter_queue_url


class PrepareLetterSettings(_Settings):
    """Settings of prepare_letter."""

    table_name: _Name
    bucket_name: _Name
    mail_from: _Name
    sample_notice: bool
    approval_required: bool
    dead_letter_queue_url: _Name


class ReleaseLettersSettings(_Settings):
    """Settings of release_letters, which checks whether SES would take letters sent like this."""

    table_name: _Name
    send_queue_url: _Name
    approval_required: bool
    mail_mode: MailMode
    mail_from: _Mailbox
    divert_to: _Mailbox
    configuration_set: _Name


class SendLetterSettings(_Settings):
    """Settings of send_letter.

    `divert_to` is the one mailbox that receives all mail where `mail_mode` is `divert`. Together
    the senders, of which `senders_at_once` run at a time, send `letters_per_second` at most.
    """

    table_name: _Name
    bucket_name: _Name
    configuration_set: _Name
    approval_required: bool
    mail_mode: MailMode
    divert_to: _Mailbox
    letters_per_second: _Count
    senders_at_once: _Count
    dead_letter_queue_url: _Name


class TrackDeliverySettings(_Settings):
    """Settings of track_delivery."""

    table_name: _Name
    dead_letter_queue_url: _Name


class WatchLettersSettings(_Settings):
    """Settings of watch_letters.

    `event_sources` names the event source of each function that works on a queue: `name=id,…`.
    """

    table_name: _Name
    bucket_name: _Name
    prepare_queue_url: _Name
    year_end_time: _EveryYear
    event_sources: _Name


class PublishYearSettings(_Settings):
    """Settings of publish_year."""

    table_name: _Name
    bucket_name: _Name
