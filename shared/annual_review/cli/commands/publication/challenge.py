"""`annual-review challenge`: what authorities object to before publication, and the answers."""

from __future__ import annotations

from typing import Annotated

import typer

from annual_review.cli.acts import act_of, show_end
from annual_review.cli.options import AuthorityArgument, By, StackName, YearArgument
from annual_review.console import CommandError, Exit, out, show_list
from annual_review.domain.publication.challenges import Answer, Verdict
from annual_review.domain.reporting_year import Revision
from annual_review.views.publication import challenges_of
from annual_review.wiring.advice import REASON, typed

challenge_app = typer.Typer(
    help="Keep what authorities object to between letter and publication, and what was answered:"
    " while a challenge is open, nothing of its authority is published.",
    no_args_is_help=True,
)


@challenge_app.command()
def add(
    year: YearArgument,
    authority: AuthorityArgument,
    objector: Annotated[
        str, typer.Option("--from", metavar="WHO", help="Who objects, such as an office.")
    ],
    text: Annotated[str, typer.Option(metavar="WHAT", help="What they object to.")],
    by: By = "",
    stack: StackName = "annual-review",
) -> None:
    """Write down that an authority objects to its figures.

    Nothing of the authority is published until the challenge is answered; its page says that
    figures and letter follow.

    Exit status: 0, or 2 when the authority has no letter of the year.
    """
    from annual_review.wiring.system import deployed

    if not objector.strip() or not text.strip():
        raise CommandError("say who objects with --from, and to what with --text")
    system = deployed(stack)
    code = system.authority(year, authority)
    challenge = system.keep_challenges().add(year, code, objector.strip(), text.strip(), act_of(by))
    name = system.spoken(code)
    out.print(f"Challenge {challenge.number} of {name} is noted.", markup=False)
    show_end(
        "if the figures stand:"
        f" {typed(f'challenge answer {year} {code} --unchanged {REASON}', stack)}",
        f"if they are wrong, correct the cases, {typed(f'reissue {year} {code} {REASON}', stack)},"
        f" then {typed(f'challenge answer {year} {code} --changed 2', stack)}, with its revision",
        is_dry_run=False,
    )


@challenge_app.command()
def answer(
    year: YearArgument,
    authority: AuthorityArgument,
    changed: Annotated[
        int | None,
        typer.Option(min=2, metavar="REVISION", help="The re-issue that changed the figures."),
    ] = None,
    unchanged: Annotated[
        bool, typer.Option("--unchanged", help="The figures stand: say why with --reason.")
    ] = False,
    reason: Annotated[str, typer.Option(help="What the authority was told.")] = "",
    number: Annotated[
        int | None, typer.Option(min=1, help="Which challenge, where several are open.")
    ] = None,
    by: By = "",
    stack: StackName = "annual-review",
) -> None:
    """Answer a challenge: the figures were changed by a re-issue, or they stand.

    Exit status: 0, or 2 when there is no open challenge, or no such re-issue.
    """
    from annual_review.wiring.system import deployed

    if unchanged == (changed is not None):
        raise CommandError("give --changed with the revision of the re-issue, or --unchanged")
    if unchanged and not reason.strip(" .…"):
        raise CommandError("say with --reason why the figures stand: it is kept with the answer")
    system = deployed(stack)
    code = system.authority(year, authority)
    act = act_of(by, reason)
    verdict = Verdict.UNCHANGED if changed is None else Verdict.CHANGED
    revision = None if changed is None else Revision(changed)
    answered = system.keep_challenges().answer(
        year, code, Answer(verdict, act.by, act.at, act.reason, revision), number
    )
    name = system.spoken(code)
    out.print(f"Challenge {answered.number} of {name} is answered: {verdict.value}.", markup=False)
    show_end(
        f"stage the publication again: {typed(f'publish {year} --stage', stack)}", is_dry_run=False
    )


@challenge_app.command("list")
def list_challenges(
    year: YearArgument,
    authority: Annotated[
        str | None, typer.Argument(metavar="[AUTHORITY]", help="Only this one.")
    ] = None,
    stack: StackName = "annual-review",
) -> None:
    """List the challenges to the figures of a year: who, when, what, and the answer.

    Exit status: 0, or 1 when one is open.
    """
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    register = system.directory.register()
    found = (
        system.challenges.of_year(year)
        if authority is None
        else system.challenges.of_authority(year, system.authority(year, authority))
    )
    if not found:
        out.print(f"Nobody has challenged the figures of {year}.", markup=False)
        return
    show_list(challenges_of(year, found, register))
    raise typer.Exit(Exit.NOT_IN_ORDER if any(each.is_open for each in found) else Exit.DONE)
