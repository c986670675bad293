"""The address and the credentials of local AWS, and clients made for it and for nothing else."""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import boto3
from botocore.config import Config
from botocore.session import Session

REGION = "eu-west-2"
LOOPBACK = "127.0.0.1"
_UNCHECKED = "local"  # the emulator does not check the secret of an account's root
# Where botocore finds its settings: not in the user's profile and files, which are for real AWS.
# Each is a name in the file, a variable of the environment, the default, and how it is read.
_NO_USER_SETTINGS: Any = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}

Client: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class LocalAws:
    """A running emulator, as its callers need to know it.

    `account` has twelve digits. It is the root's access key, too, and all that tells the run's own
    programs from others: keep it as a secret.
    """

    endpoint: str
    account: str
    region: str = REGION

    def client(self, service: str, config: Config | None = None) -> Client:
        """Make a boto3 client of the account's root, whatever the environment says."""
        # No proxy stands between two processes of one machine, even where the environment has one.
        local = Config(proxies={}, max_pool_connections=20)
        with _MAKING_A_CLIENT:
            return _session(self.account, self.region).client(
                service, endpoint_url=self.endpoint, config=local.merge(config) if config else local
            )

    def environment(self) -> Mapping[str, str]:
        """Return the environment in which any AWS client or tool talks to this emulator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": _UNCHECKED,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


# A session is not made for several threads, and is kept because it keeps what it read of AWS.
_MAKING_A_CLIENT = threading.Lock()


@cache
def _session(account: str, region: str) -> Any:  # noqa: ANN401 - its types want literal names
    return boto3.session.Session(
        aws_access_key_id=account,
        aws_secret_access_key=_UNCHECKED,
        region_name=region,
        botocore_session=Session(session_vars=_NO_USER_SETTINGS),
    )
