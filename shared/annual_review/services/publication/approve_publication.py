"""Approve a publication by its name: every byte of it, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.domain.letters import Act
from annual_review.domain.publication.history import (
    PublicationHistory,
    PublicationState,
    PublicationStep,
)
from annual_review.domain.publication.manifest import Manifest, PublicationName
from annual_review.domain.publication.rules import not_ready, out_of_date
from annual_review.services.advised_commands import Command
from annual_review.services.errors import RefusalError
from annual_review.services.publication.how_years_stand import YearStandings
from annual_review.services.publication.publication_store import (
    HistoryStore,
    NotStagedError,
    PublicationFiles,
    read_manifest,
)

_SHORTEST = 8
"""How many characters of a name are enough to mean it."""


class NotApprovedError(RefusalError):
    """A publication can't be approved; the message says why."""


@dataclass(frozen=True, slots=True)
class ApprovePublication:
    """Approves publications. What is approved last is what goes live on the day."""

    history: HistoryStore
    files: PublicationFiles
    standings: YearStandings

    def approve(
        self, publication: PublicationName, act: Act, *, is_dry_run: bool = False
    ) -> Manifest:
        """Approve what is staged under a name. Approving twice, or what is live, is no step.

        A dry run returns what would be approved.

        Raises:
            NotStagedError: Nothing is staged under that name.
            NotApprovedError: The year can't be published, or something has changed since.
            AlteredPublicationError: The manifest is not the one that the name says.
        """
        while True:
            history = self.history.get()
            if history.state_of(publication) is None:
                raise NotStagedError(f"no publication {publication} is staged")
            manifest = read_manifest(self.files, publication)
            approved = history.approved(manifest.year)
            stands_so = approved or history.live
            if stands_so and stands_so.publication == publication:
                return manifest
            stands = self.standings.of_all(manifest.years)
            objections = [
                *not_ready(manifest.year, stands[manifest.year]),
                *out_of_date(manifest, stands),
            ]
            if objections:
                raise NotApprovedError(
                    "; ".join(objections), Command.of("publish", manifest.year, stage=True)
                )
            step = PublicationStep(
                act.at, PublicationState.APPROVED, publication, manifest.year, act.by, act.reason
            )
            if is_dry_run or self.history.add(history, step):
                return manifest


def publication_named(history: PublicationHistory, name: str) -> PublicationName:
    """Return the publication that somebody means by the first characters of its name.

    Raises:
        NotStagedError: There is none, or there are several.
    """
    wanted = name.strip().lower()
    found = {step.publication for step in history.steps if step.publication.startswith(wanted)}
    if len(found) != 1 or len(wanted) < _SHORTEST:
        raise NotStagedError(
            f"{len(found)} publications are called {name}"
            if len(wanted) >= _SHORTEST
            else f"name a publication by at least {_SHORTEST} characters"
        )
    return found.pop()
