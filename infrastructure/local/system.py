"""The whole system on this machine: local AWS, the mail server, and the real template deployed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from annual_review.services.dispatch.mail_mode import MailMode
from infrastructure.local.aws import LocalAws
from infrastructure.local.deploy import STACK, Progress, StackOutputs, deploy
from infrastructure.local.emulator import emulator
from infrastructure.local.mailbox import Mailbox, mailbox
from infrastructure.local.packaging import package
from infrastructure.local.project import TEMPLATE, build_paths, emulator_paths

MAIL_FROM = "annual.letters@ombudsman.example"
TEST_MAILBOX = "test.mailbox@ombudsman.example"
LETTERS_PER_SECOND = 100
"""As many as a template takes: nobody on this machine has to be spared."""


@dataclass(frozen=True, slots=True)
class LocalSystem:
    """The deployed system: where it runs, what the stack is made of, and its mail server.

    `editions` is the folder with the editions of its letters, which functions read at their start.
    """

    aws: LocalAws
    stack: StackOutputs
    mailbox: Mailbox
    editions: Path

    @property
    def site_address(self) -> str:
        """Where the public site is shown for as long as the system runs."""
        label = self.stack.site_address.removeprefix("https://").split(".", 1)[0]
        return f"http://{label}.cloudfront.localhost:{urlsplit(self.aws.endpoint).port}/"

    def physical_id(self, logical_id: str) -> str:
        """Return what a resource of the template is called on this system."""
        formation = self.aws.client("cloudformation")
        resource = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def log_lines(self, group: str, pattern: str = "") -> Iterator[str]:
        """Go through what a function logged, all of it or what holds a pattern, oldest first."""
        pages = self.aws.client("logs").get_paginator("filter_log_events")
        named = {"logGroupName": self.physical_id(group), "filterPattern": pattern}
        for page in pages.paginate(**named):
            yield from (str(event["message"]).rstrip() for event in page["events"])


@contextlib.contextmanager
def local_system(
    work: Path,
    outbox: Path,
    progress: Progress = lambda _done, _of: None,
    *,
    approval_required: bool = False,
    mail_mode: MailMode = MailMode.LIVE,
) -> Iterator[LocalSystem]:
    """Run the system for as long as the block lasts; nothing of it is left afterwards.

    Nothing but the mail server of this machine is ever reached, so mail is live unless a caller
    wants it otherwise. The letters say SAMPLE, and the schedules wait for the test or the person
    who starts what they would start.

    Raises:
        EmulatorError: Local AWS can't be started.
        PackagingError: The layers can't be made.
        DeploymentError: The stack can't be created.
    """
    paths = build_paths(work / "package")
    with ThreadPoolExecutor(1) as beside:
        # The emulator is started on this thread, to which the kernel binds it.
        packing = beside.submit(package, paths)
        with emulator(emulator_paths(work / "emulator")) as aws, mailbox(aws, outbox) as box:
            packages = packing.result()
            parameters = {
                "Stage": "local",
                "MailFrom": MAIL_FROM,
                "MailMode": mail_mode.value,
                "DivertTo": TEST_MAILBOX,
                "LettersPerSecond": str(LETTERS_PER_SECOND),
                "ApprovalRequired": str(approval_required).lower(),
                "SampleNotice": "true",
                "ScheduleState": "DISABLED",
                "ArchiveEvents": "false",
                "LocalMailEndpoint": box.endpoint,
            }
            # Who sends is verified, as the commands ask before they release.
            aws.client("sesv2").create_email_identity(EmailIdentity=MAIL_FROM.partition("@")[2])
            stack = deploy(aws, TEMPLATE, packages, parameters, progress)
            yield LocalSystem(aws, stack, box, paths.code() / "editions")
