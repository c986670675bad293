"""`annual-review publish`: what the public reads, staged, approved, made public, or taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli.acts import act_of, reason_of, show_end
from annual_review.cli.options import By, DryRun, Reason, StackName, YearArgument
from annual_review.console import CommandError, Exit, out, show_list, show_table, warn
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.wording import HASH_SHOWN, LONDON
from annual_review.views.authority_names import with_names
from annual_review.views.publication import facts_of, files_of, goes_live
from annual_review.wiring.advice import REASON, typed

if TYPE_CHECKING:
    from annual_review.domain.publication.manifest import Changes, Manifest
    from annual_review.services.publication.publish_year import PublishReport
    from annual_review.wiring.system import System


def publish(
    year: YearArgument,
    stage: Annotated[
        bool,
        typer.Option("--stage", help="Write it where nobody outside can read it, to be looked at."),
    ] = False,
    approve: Annotated[
        str,
        typer.Option(metavar="NAME", help="Approve what is staged under a name: every byte of it."),
    ] = "",
    back_to: Annotated[
        str, typer.Option(metavar="NAME", help="Make public again what was public before.")
    ] = "",
    peers: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV file (code, peer, rank): whom to show each authority beside, with --stage or"
            " --dry-run. Without it those that are public stay.",
        ),
    ] = None,
    reason: Reason = "",
    by: By = "",
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Publish a year: stage it, look at it, approve it; on its day what was approved goes live.

    Without an option it makes public what was approved, as the schedule of the publication day
    does, and as that does it refuses before the day. Publishing twice is publishing once. With
    --dry-run it lists what would change for the public if the year were staged now. Authorities
    whose challenge is open are left out: their pages say that figures and letter follow.

    Exit status: 0, or 1 when the year can't be staged yet, 2 when the command was refused.
    """
    from annual_review.wiring.system import deployed

    if sum(map(bool, (stage, approve, back_to, dry_run))) > 1:
        raise CommandError("give one of --stage, --approve, --back-to and --dry-run")
    if peers and not (stage or dry_run):
        raise CommandError("--peers goes with --stage or --dry-run: what is staged holds them")
    system = deployed(stack)
    if dry_run or stage:
        raise typer.Exit(_stage(system, year, peers, by, reason, is_dry_run=dry_run))
    if approve:
        _approve(system, approve, by, reason)
    elif back_to:
        _go_back(system, back_to, by, reason_of(reason))
    else:
        act = act_of(by, reason)
        _tell(system, system.publish_year().publish(year, act))


def _stage(
    system: System,
    year: ReportingYear,
    peers: Path | None,
    by: str,
    reason: str,
    *,
    is_dry_run: bool,
) -> Exit:
    from annual_review.adapters.files.publication.peer_files import read_peers
    from annual_review.rehearsal.side_by_side import processors
    from annual_review.services.processes import in_processes

    register = system.directory.register()
    with in_processes(processors(), len(register)) as spread:
        service = system.stage_publication(spread)
        groups = read_peers(peers, register) if peers else None
        planned = service.plan(year, groups)
    _show(system, planned.manifest, planned.changes)
    if is_dry_run:
        for why in planned.objections:
            warn(f"it can't be staged yet: {why}")
        show_end(is_dry_run=True)
        return Exit.NOT_IN_ORDER if planned.objections else Exit.DONE
    is_new = service.stage(planned, act_of(by, reason))
    name = planned.manifest.name[:HASH_SHOWN]
    if not is_new:
        out.print("\nThis publication is already staged.")
    show_end(
        f"look at it: {typed(f'site --publication {name} --out site', system.name)}",
        f"approve it: {typed(f'publish {year} --approve {name}', system.name)}",
        is_dry_run=False,
    )
    return Exit.DONE


def _approve(system: System, name: str, by: str, reason: str) -> None:
    from annual_review.services.publication.approve_publication import publication_named

    publication = publication_named(system.history.get(), name)
    manifest = system.approve_publication().approve(publication, act_of(by, reason))
    _show(system, manifest)
    day, today = system.publication_date(manifest.year), datetime.now(LONDON).date()
    by_hand = f"{typed(f'publish {manifest.year}', system.name)} publishes it"
    show_end(f"{goes_live(day, today, by_hand)}.", is_dry_run=False)


def _go_back(system: System, name: str, by: str, reason: str) -> None:
    from annual_review.services.publication.approve_publication import publication_named

    publication = publication_named(system.history.get(), name)
    _tell(system, system.publish_year().go_back(publication, act_of(by, reason)))


def _tell(system: System, report: PublishReport) -> None:
    _show(system, report.manifest)
    if report.was_live:
        out.print("\nIt was public before: nothing was copied.")
    if report.removed:
        out.print(f"\n{report.removed:,} files are no longer public.")
    if address := system.stack.site_address:
        out.print(f"\nPublic at {address}", markup=False)
    show_end(
        "if something is wrong,"
        f" {typed(f'publish {report.manifest.year} --back-to NAME {REASON}', system.name)}"
        " brings back what was public before.",
        is_dry_run=False,
    )


def _show(system: System, manifest: Manifest, changes: Changes | None = None) -> None:
    show_table(f"Publication of {manifest.year}", facts_of(manifest, changes))
    if awaited := manifest.years[manifest.year].awaited:
        names = with_names(", ".join(awaited), system.directory.register())
        out.print(f"\nLeft out: {names}", markup=False)
    for table in files_of(changes) if changes else ():
        out.print()
        show_list(table)
