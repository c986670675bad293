from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infrastructure.local.mail_account import answer_about

SET = "our-mail"


@pytest.fixture
def ses() -> Any:  # noqa: ANN401 (a client)
    return boto3.client("sesv2", region_name="eu-west-2")


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/v2/email/account", ("SendingEnabled", True)),
        ("/v2/email/suppression/addresses?PageSize=1000", ("SuppressedDestinationSummaries", [])),
    ],
)
def test_the_account_is_well_and_nobody_is_suppressed(
    ses: Any,  # noqa: ANN401 (a client)
    path: str,
    part: tuple[str, object],
) -> None:
    answer = answer_about(path, ses)

    assert answer.status == 200
    assert answer.content[part[0]] == part[1]


def test_what_the_emulator_knows_is_told_as_it_tells_it(ses: Any) -> None:  # noqa: ANN401
    with Stubber(ses) as asked:
        asked.add_response(
            "get_email_identity",
            {"VerifiedForSendingStatus": True},
            {"EmailIdentity": "a@x.example"},
        )
        asked.add_response(
            "get_configuration_set",
            {"SendingOptions": {"SendingEnabled": True}},
            {"ConfigurationSetName": SET},
        )
        asked.add_response(
            "get_configuration_set_event_destinations",
            {"EventDestinations": []},
            {"ConfigurationSetName": SET},
        )

        identity = answer_about("/v2/email/identities/a%40x.example", ses)
        sending = answer_about(f"/v2/email/configuration-sets/{SET}", ses)
        reports = answer_about(f"/v2/email/configuration-sets/{SET}/event-destinations", ses)

    assert identity.content == {"VerifiedForSendingStatus": True}
    assert sending.content == {"SendingOptions": {"SendingEnabled": True}}
    assert reports.content == {"EventDestinations": []}


def test_what_is_not_there_is_refused_in_the_words_of_ses(ses: Any) -> None:  # noqa: ANN401
    with Stubber(ses) as asked:
        asked.add_client_error("get_email_identity", "NotFoundException", http_status_code=404)

        answer = answer_about("/v2/email/identities/x.example", ses)

    assert (answer.status, answer.error) == (404, "NotFoundException")
    assert answer_about("/v2/email/templates", ses).status == 404
