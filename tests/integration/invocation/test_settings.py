from __future__ import annotations

import pytest
from pydantic import ValidationError

from annual_review.adapters.invocation.settings.base import SettingsError
from annual_review.adapters.invocation.settings.dispatch import (
    ReleaseLettersSettings,
    SendLetterSettings,
)
from annual_review.adapters.invocation.settings.letters import PrepareLetterSettings
from annual_review.services.dispatch.mail_mode import MailMode

COMPLETE = {
    "TABLE_NAME": "annual-review",
    "BUCKET_NAME": "documents",
    "MAIL_FROM": "annual.review@ombudsman.example",
    "SAMPLE_NOTICE": "false",
    "APPROVAL_REQUIRED": "true",
    "DEAD_LETTER_QUEUE_URL": "https://queue.example/dead",
    "PATH": "/usr/bin",
}


def test_settings_are_read_from_the_environment() -> None:
    settings = PrepareLetterSettings.from_environment(COMPLETE)

    assert settings.table_name == "annual-review"
    assert settings.sample_notice is False


def test_settings_cannot_be_changed() -> None:
    settings = PrepareLetterSettings.from_environment(COMPLETE)

    with pytest.raises(ValidationError):
        settings.table_name = "another"  # type: ignore[misc]


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "PATH"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_variable_that_is_missing_or_empty_is_named(name: str, value: str | None) -> None:
    environment = {key: text for key, text in COMPLETE.items() if key != name}
    if value is not None:
        environment[name] = value

    with pytest.raises(SettingsError, match=name):
        PrepareLetterSettings.from_environment(environment)


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        SendLetterSettings.from_environment({})

    assert str(caught.value) == (
        "set these environment variables: TABLE_NAME (missing), BUCKET_NAME (missing), "
        "CONFIGURATION_SET (missing), APPROVAL_REQUIRED (missing), MAIL_MODE (missing), "
        "DIVERT_TO (missing), LETTERS_PER_SECOND (missing), SENDERS_AT_ONCE (missing), "
        "DEAD_LETTER_QUEUE_URL (missing)"
    )


def test_a_value_that_cannot_be_used_is_not_quoted() -> None:
    environment = SENDING | {
        "SEND_QUEUE_URL": "https://queue.example/send",
        "APPROVAL_REQUIRED": "mrs@sentinel.example",
    }

    with pytest.raises(SettingsError) as caught:
        ReleaseLettersSettings.from_environment(environment)

    assert str(caught.value) == (
        "set these environment variables: APPROVAL_REQUIRED (bool_parsing)"
    )


SENDING = COMPLETE | {
    "CONFIGURATION_SET": "mail",
    "APPROVAL_REQUIRED": "true",
    "MAIL_MODE": "divert",
    "DIVERT_TO": "test.mailbox@ombudsman.example",
    "LETTERS_PER_SECOND": "5",
    "SENDERS_AT_ONCE": "2",
}


def test_a_sender_knows_where_letters_go_and_how_fast() -> None:
    settings = SendLetterSettings.from_environment(SENDING)

    assert settings.mail_mode is MailMode.DIVERT
    assert (settings.letters_per_second, settings.senders_at_once) == (5, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_MODE", "Live"),
        ("MAIL_MODE", "by-stage"),
        ("MAIL_MODE", ""),
        ("DIVERT_TO", "nobody"),
        ("DIVERT_TO", "nobody@sentinel"),
        ("DIVERT_TO", "Chief <chief@sentinel.example>"),
        ("DIVERT_TO", "a@sentinel.example, b@sentinel.example"),
        ("LETTERS_PER_SECOND", "0"),
        ("SENDERS_AT_ONCE", "some"),
    ],
)
def test_a_sender_that_is_not_told_clearly_where_letters_go_does_not_start(
    name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        SendLetterSettings.from_environment(SENDING | {name: value})

    assert "sentinel" not in str(caught.value)
