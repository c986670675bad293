"""A complete year to be published over the adapters in memory, with faults where wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from annual_review.adapters.memory.publication import (
    InMemoryChallengeStore,
    InMemoryHistoryStore,
    InMemoryPublicationFiles,
)
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import DecisionOutcome
from annual_review.domain.letters import Act, LetterState
from annual_review.domain.publication.challenges import Answer, Verdict
from annual_review.domain.publication.history import PublicationState
from annual_review.domain.publication.manifest import PublicationName
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.services.letters.letter import Move
from annual_review.services.publication.approve_publication import ApprovePublication
from annual_review.services.publication.challenges import Challenges
from annual_review.services.publication.gather_years import GatherYears
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.peer_groups import PEERS_FILE, Peers, peers_file
from annual_review.services.publication.public_year import PublicYear
from annual_review.services.publication.publish_year import PublishReport, PublishYear
from annual_review.services.publication.stage_publication import StagePublication
from tests.builders import (
    COUNTY,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_decision,
    a_letter_id,
    a_register,
    an_upheld_decision,
)
from tests.fakes.faults import Faults
from tests.worlds import World

LONDON: Final = ZoneInfo("Europe/London")
PUBLICATION_DAY: Final = date(2020, 7, 29)
ON_THE_DAY: Final = datetime(2020, 7, 29, 9, 30, tzinfo=LONDON)
THE_DAY_BEFORE: Final = datetime(2020, 7, 28, 23, 59, tzinfo=LONDON)
STATES: Final = (
    LetterState.APPROVED,
    LetterState.CLAIMED,
    LetterState.ACCEPTED,
    LetterState.DELIVERED,
)


def an_act(at: datetime = ON_THE_DAY, reason: str = "for a test") -> Act:
    return Act("a.person", at, reason)


def opened(message: bytes) -> Mapping[str, bytes]:
    """Stand in for what opens a message: its first line is the letter, the rest goes with it."""
    letter, rest = message.split(b"\n", 1)
    return {"pdf": b"%PDF " + letter, "html": b"<p>" + letter, "xlsx": rest, "txt": letter}


def plain_site(years: tuple[PublicYear, ...], peers: Peers) -> Iterable[tuple[str, bytes]]:
    """Make few files that hold all that a site could print."""
    yield "index.html", f"home of {[str(each.year) for each in years]}".encode()
    yield "assets/site-1.css", b"body {}"
    if peers:
        yield PEERS_FILE, peers_file(peers)
    for of in years:
        for each in of.authorities:
            code = each.authority.code
            yield f"{of.year}/authorities/{code.lower()}/index.html", repr(each).encode()
            if each.letter:
                yield f"{of.year}/letters/{code}.pdf", each.letter.pdf
        for awaited in of.awaited:
            page = f"the letter of {awaited.name} follows"
            yield f"{of.year}/authorities/{awaited.code.lower()}/index.html", page.encode()
        yield f"data/{of.year}/r{of.revision}/figures.csv", repr(sorted(of.by_code)).encode()


@dataclass
class Publishing:
    """A year whose letters went out, and the services that publish it."""

    world: World = field(
        default_factory=lambda: World(register=a_register(ROCHFORD, OTHER_DISTRICT, COUNTY))
    )
    history: InMemoryHistoryStore = field(default_factory=InMemoryHistoryStore)
    challenges: InMemoryChallengeStore = field(default_factory=InMemoryChallengeStore)
    files: InMemoryPublicationFiles = field(default_factory=InMemoryPublicationFiles)
    faults: Faults = field(default_factory=Faults)

    def under(self, faults: Faults) -> Publishing:
        """Return the same system, reached through faults."""
        other = copy(self)
        other.faults, other.world = faults, self.world.under(faults)
        return other

    @property
    def site(self) -> Mapping[str, bytes]:
        """What the public reads."""
        return self.files.site

    @property
    def standings(self) -> YearStandings:
        return YearStandings(
            self.faults.over(self.world.phases),
            self.faults.over(self.world.closes),
            self.faults.over(self.challenges),
        )

    def gather(self) -> GatherYears:
        return GatherYears(
            closes=self.world.closes,
            letters=self.world.letters,
            paragraphs=self.world.paragraphs,
            documents=self.world.documents,
            directory=self.world.directory,
            open_message=opened,
            publication_date=lambda _: PUBLICATION_DAY,
        )

    def stage_publication(self) -> StagePublication:
        return StagePublication(
            history=self.faults.over(self.history),
            files=self.faults.over(self.files),
            years=self.gather(),
            standings=self.standings,
            build=plain_site,
        )

    def approve_publication(self) -> ApprovePublication:
        return ApprovePublication(
            self.faults.over(self.history), self.faults.over(self.files), self.standings
        )

    def publish_year(self) -> PublishYear:
        return PublishYear(
            history=self.faults.over(self.history),
            files=self.faults.over(self.files),
            standings=self.standings,
            publication_date=lambda _: PUBLICATION_DAY,
        )

    def keep_challenges(self) -> Challenges:
        return Challenges(self.challenges, self.world.closes, self.world.letters)

    def object(self, code: str = ROCHFORD) -> None:
        """Let an authority challenge its figures."""
        self.keep_challenges().add(
            YEAR, AuthorityCode(code), "Their officer", "3 of them were ours", an_act()
        )

    def answer(self, code: str = ROCHFORD) -> None:
        """Answer the open challenge of an authority: its figures stand."""
        answer = Answer(Verdict.UNCHANGED, "a.person", ON_THE_DAY, "all 3 were theirs")
        self.keep_challenges().answer(YEAR, AuthorityCode(code), answer)

    def reissue(self, code: str = ROCHFORD) -> None:
        """Freeze revision 2 for an authority, with the figures of revision 1."""
        close = self.world.closes.latest(YEAR)
        assert close
        reissue = replace(close, revision=Revision(2), reissues=AuthorityCode(code))
        self.world.closes.add(reissue)
        of_each = (f"authorities/{each}.json" for each in (ROCHFORD, OTHER_DISTRICT, COUNTY))
        for name in ("figures.json", *of_each):
            frozen = self.world.documents.get(f"{close.folder}/{name}")
            self.world.documents.put(f"{reissue.folder}/{name}", frozen, "application/json")

    def stage(self, year: ReportingYear = YEAR, peers: Peers | None = None) -> PublicationName:
        """Stage a publication and return its name."""
        service = self.stage_publication()
        planned = service.plan(year, peers)
        service.stage(planned, an_act())
        return planned.manifest.name

    def approve(self, year: ReportingYear = YEAR) -> PublicationName:
        """Stage a publication and approve it."""
        name = self.stage(year)
        self.approve_publication().approve(name, an_act())
        return name

    def publish(self, at: datetime = ON_THE_DAY) -> PublishReport:
        return self.publish_year().publish(YEAR, an_act(at))

    def states(self) -> list[PublicationState]:
        return [step.state for step in self.history.get().steps]


def a_complete_year(*, held: Iterable[str] = ()) -> Publishing:
    """Return a year whose letters were delivered, but for those that are held."""
    publishing = Publishing()
    world = publishing.world
    world.record(
        an_upheld_decision("19-0001"),
        a_decision(DecisionOutcome.NOT_UPHELD, "19-0002", authority=OTHER_DISTRICT),
        a_decision(DecisionOutcome.ADVICE_GIVEN, "19-0003", authority=COUNTY),
    )
    world.close()
    for code in (ROCHFORD, OTHER_DISTRICT, COUNTY):
        deliver(world, code, is_held=code in held)
    world.year_phases().advance(YEAR, ON_THE_DAY)
    return publishing


def deliver(world: World, code: str, *, is_held: bool = False) -> None:
    """Prepare the letter of an authority and take it to its end."""
    world.renderer.wording = f"the letter of {code}"
    world.prepare(code)
    for state in (LetterState.HELD,) if is_held else STATES:
        letter = world.letters.get(a_letter_id(code))
        world.letters.move(letter, Move(state, ON_THE_DAY, "for a test"))
