"""Writes the template as CloudFormation gets it: `python transformed.py TEMPLATE FILE`.

SAM makes roles, permissions and event sources out of a template, and who scans the template alone
does not see them. Run by SAM's own Python, which has its transform; it imports nothing of this
project.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def transformed(path: Path) -> dict[str, Any]:
    """Return a template without anything of SAM; what it names lies in a bucket, as on AWS."""
    from boto3 import Session
    from samcli.yamlhelper import yaml_parse
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    body = yaml_parse(path.read_text("utf-8"))
    for name, resource in body["Resources"].items():
        if member := _CODE.get(resource["Type"]):
            resource["Properties"][member] = f"s3://code/{name}.zip"
        if resource["Type"] == "AWS::CloudFormation::Stack":
            place = f"https://code.s3.eu-west-2.amazonaws.com/{name}.yaml"
            resource["Properties"]["TemplateURL"] = place
    session = Session(region_name="eu-west-2")
    made: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(body, {})
    return made


def main(arguments: Sequence[str]) -> int:
    """Write the transformed template."""
    template, target = map(Path, arguments)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(transformed(template), indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
