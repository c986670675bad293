from pathlib import Path

import pytest
import yaml

from infrastructure.local.template import read_template

WRITTEN = """
Version: 2012-10-17
Names:
  - !Ref Table
  - !GetAtt Table.Stream.Arn
  - !GetAtt [Table, Arn]
  - !Sub "${Table}/index"
  - !Sub ["${A}/b", {A: !Ref Table}]
  - !Not [!Equals [!Ref Stage, prod]]
  - !If [RunsLocally, !Ref AWS::NoValue, 1]
  - !Condition RunsLocally
"""


def test_functions_are_read_in_their_long_form(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(WRITTEN)
    assert read_template(template) == {
        "Version": "2012-10-17",
        "Names": [
            {"Ref": "Table"},
            {"Fn::GetAtt": ["Table", "Stream.Arn"]},
            {"Fn::GetAtt": ["Table", "Arn"]},
            {"Fn::Sub": "${Table}/index"},
            {"Fn::Sub": ["${A}/b", {"A": {"Ref": "Table"}}]},
            {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "prod"]}]},
            {"Fn::If": ["RunsLocally", {"Ref": "AWS::NoValue"}, 1]},
            {"Condition": "RunsLocally"},
        ],
    }


@pytest.mark.parametrize(
    "text", ["- a list", "A: !!python/object/apply:os.system [ls]", "A: !Sub {b: c}", "A: ["]
)
def test_what_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(text)
    with pytest.raises(yaml.YAMLError):
        read_template(template)
