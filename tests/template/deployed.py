from collections.abc import Callable, Mapping
from typing import Any

from infrastructure.local.template import Template, resources_of_type


class Deployed:
    """The template, asked in the words of the tests."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.resources: dict[str, dict[str, Any]] = template["Resources"]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical id."""
        return {name: r["Properties"] for name, r in resources_of_type(self.template, kind).items()}

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        return self.of_type("AWS::Serverless::Function")

    @property
    def queues(self) -> dict[str, dict[str, Any]]:
        return self.of_type("AWS::SQS::Queue")

    @property
    def roles(self) -> dict[str, dict[str, Any]]:
        return self.of_type("AWS::IAM::Role")

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What a role may do by itself and by what is always added; lists wherever one can be."""
        added = [
            policy["Properties"]
            for policy in resources_of_type(self.template, "AWS::IAM::Policy").values()
            if "Condition" not in policy
            and role in {referred(each) for each in policy["Properties"]["Roles"]}
        ]
        return [
            statement | {name: as_list(statement[name]) for name in ("Action", "Resource")}
            for policy in (*self.roles[role]["Policies"], *added)
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def sources(self, function: str) -> list[dict[str, Any]]:
        """The queues that feed a function, with their settings."""
        events = self.functions[function].get("Events", {}).values()
        return [event["Properties"] for event in events]

    def evaluated(self, value: Any, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401
        """What a value comes to with these parameters: `!If`, conditions and `!Ref` are known."""
        if not isinstance(value, dict):
            return value
        ((function, given),) = value.items()
        match function:
            case "Ref":
                return parameters[given]
            case "Condition":
                return self.evaluated(self.template["Conditions"][given], parameters)
            case "Fn::If":
                condition, one, other = given
                holds = self.evaluated({"Condition": condition}, parameters)
                return self.evaluated(one if holds else other, parameters)
            case _:
                pass
        values = [self.evaluated(each, parameters) for each in given]
        known: dict[str, Callable[[list[Any]], Any]] = {
            "Fn::Not": lambda one: not one[0],
            "Fn::And": all,
            "Fn::Or": any,
            "Fn::Equals": lambda two: two[0] == two[1],
        }
        return known[function](values)

    def alarms_on(self, metric: str) -> set[str]:
        """The resources that an alarm watches by a metric, by their logical id."""
        return {
            referred(dimension["Value"])
            for alarm in self.of_type("AWS::CloudWatch::Alarm").values()
            if alarm.get("MetricName") == metric
            for dimension in alarm["Dimensions"]
        }

    def summed_up(self, alarm: str) -> set[str]:
        """What an alarm on several metrics looks at: all that it names stands in its sum."""
        metrics = self.of_type("AWS::CloudWatch::Alarm")[alarm]["Metrics"]
        (total,) = (each["Expression"] for each in metrics if "Expression" in each)
        counted = {
            each["Id"]: each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            for each in metrics
            if "MetricStat" in each
        }
        assert all(f"FILL({id_},0)" in total for id_ in counted), f"{alarm} leaves out a metric"
        return {each if isinstance(each, str) else referred(each) for each in counted.values()}


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - any part of a template
    return value if isinstance(value, list) else [value]


def referred(value: dict[str, Any]) -> str:
    """The logical id that a `!Ref` or a `!GetAtt` names."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])
