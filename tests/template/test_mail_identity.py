from types import SimpleNamespace
from typing import Any

from infrastructure.local.template import read_template
from infrastructure.mail.run import TEMPLATE, verify

DOMAIN = "ombudsman.example"


class Formation:
    """Makes stacks whose outputs are those of their template, with the domain filled in."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.exceptions = SimpleNamespace(ClientError=LookupError)

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if not self.made:
            raise LookupError
        outputs = read_template(TEMPLATE)["Outputs"]
        values = [
            each["Value"]["Fn::Sub"].replace("${Domain}", DOMAIN) for each in outputs.values()
        ]
        return {"Stacks": [{"Outputs": [{"OutputValue": value} for value in values]}]}

    def create_stack(self, **stack: Any) -> None:  # noqa: ANN401
        self.made.append(stack)

    def get_waiter(self, _name: str) -> Any:  # noqa: ANN401
        return SimpleNamespace(wait=lambda **_: None)


def test_the_records_are_those_of_dkim_mail_from_and_dmarc() -> None:
    records = verify(DOMAIN, Formation())
    assert [record.split()[1] for record in records] == ["CNAME"] * 3 + ["MX", "TXT", "TXT"]
    assert records[-1].startswith(f"_dmarc.{DOMAIN} TXT ")


def test_an_identity_is_made_once_and_protected() -> None:
    formation = Formation()
    assert verify(DOMAIN, formation) == verify(DOMAIN, formation)
    [made] = formation.made
    assert made["EnableTerminationProtection"]


def test_mail_is_refused_rather_than_sent_from_a_name_of_ses() -> None:
    identity = read_template(TEMPLATE)["Resources"]["Identity"]
    assert identity["Properties"]["MailFromAttributes"]["BehaviorOnMxFailure"] == "REJECT_MESSAGE"
    assert identity["DeletionPolicy"] == "Retain"
