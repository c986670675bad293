import io
import json
import zipfile
from collections.abc import Callable

from botocore.exceptions import ClientError

from infrastructure.local.aws import LocalAws

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def create_function(aws: LocalAws, code: str, name: str = "probe") -> str:
    """Create a function of this code, with a role that may do nothing, and return its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", code)
    role = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))
    created = aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="handler.lambda_handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": packed.getvalue()},
    )
    return str(created["FunctionArn"])


def call_function(aws: LocalAws, code: str) -> object:
    """Create a function of this code, call it, and return its answer."""
    arn = create_function(aws, code)
    return json.loads(aws.client("lambda").invoke(FunctionName=arn)["Payload"].read())


def is_denied(call: Callable[[], object]) -> bool:
    """Whether permissions refuse a call."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}
    return False
