"""Desks on one deployed system in memory, each served to a browser as a person has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Final

from playwright.sync_api import Page

from annual_review.desk.desk import Desk
from annual_review.desk.guards import HOST
from annual_review.desk.serving import first_address, listening_on, server_of
from annual_review.desk.session import Session
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import ComplianceOutcome
from annual_review.services.recording.case_changes import CaseChange, CaseWrite
from functions.close_year import handler as close_year
from functions.prepare_letter import handler as prepare_letter
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    a_compliance_outcome,
    a_register,
    an_authority,
    an_upheld_decision,
    recipients,
)
from tests.integration.world import FakeContext, World

HOSTILE: Final = '<script>document.title = "taken"</script> & Sons'
CODES: Final = (ROCHFORD, OTHER_DISTRICT, COUNTY, "E07000077", "E07000078")


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk that is being served: who sits at it, and where."""

    desk: Desk
    session: Session

    @property
    def address(self) -> str:
        """Where its rooms are."""
        return f"http://{HOST}:{self.session.port}"

    def enter(self, page: Page) -> None:
        """Open its first address."""
        page.goto(first_address(self.session))


@contextmanager
def seated(desk: Desk) -> Iterator[Seat]:
    """Serve a desk for as long as the block lasts."""
    with listening_on(0) as listening:
        session = Session(listening.getsockname()[1])
        server = server_of(desk, session)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Seat(desk, session)
        finally:
            server.should_exit = True
            thread.join()
    desk.acts.wait()


def a_prepared_year(world: World) -> None:
    """Close a year with some late remedies and one hostile name, and prepare its letters."""
    register = a_register(*CODES[:-1], an_authority(CODES[-1], name=f"{HOSTILE} District Council"))
    world.knows(register, recipients(*CODES))
    for number, code in enumerate(CODES):
        reference = f"19-{number}"
        decided = an_upheld_decision(reference, authority=AuthorityCode(code))
        late = a_compliance_outcome(
            reference, authority=AuthorityCode(code), outcome=ComplianceOutcome.LATE
        )
        world.cases.commit(CaseChange((CaseWrite(decided, None), CaseWrite(late, None))))
    close_year.lambda_handler({"year": 2020}, FakeContext())
    prepare(world)


def prepare(world: World) -> None:
    """Prepare whatever letters are asked for, by the real renderer."""
    prepare_letter.lambda_handler(world.batch("prepare"), FakeContext())
