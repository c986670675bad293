"""`annual-review paragraphs`: the paragraphs about own performance, read and reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annual_review.cli.acts import act_of
from annual_review.cli.forms import AsCsv, AsJson, Form, form_of, write_csv, write_json
from annual_review.cli.options import AuthorityArgument, By, DryRun, StackName, YearArgument
from annual_review.console import out, show_list
from annual_review.domain.invisible import lacks
from annual_review.domain.own_performance import Family
from annual_review.domain.paragraphs import Paragraph
from annual_review.domain.reporting_year import ReportingYear
from annual_review.services.review.noted_paragraphs import noted_paragraphs
from annual_review.services.review.review_paragraphs import (
    Request,
    Reviewed,
    ReviewParagraphs,
)
from annual_review.services.wording import LONDON, counted
from annual_review.views.paragraphs import COLUMNS, list_of, listed, rows_of, sum_of
from annual_review.wiring.advice import typed

if TYPE_CHECKING:
    from annual_review.wiring.system import System

paragraphs_app = typer.Typer(
    help="Review what letters say of authorities' own performance, paragraph by paragraph.",
    no_args_is_help=True,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the paragraph, as `show` names it.")]
Seen = Annotated[
    int | None,
    typer.Option(
        metavar="VERSION",
        help="The version you have read, as `show` names it; a later one is left as it is.",
    ),
]
Text = Annotated[str | None, typer.Option(help="The text, one paragraph.")]
File = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A file with the text, one paragraph."),
]


@paragraphs_app.command("list")
def list_paragraphs(
    year: YearArgument,
    authority: Annotated[
        str | None, typer.Argument(metavar="[AUTHORITY]", help="Only this one.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    stack: StackName = "annual-review",
) -> None:
    """List the paragraphs of a year's letters: of which family, where from, and how they stand.

    Those that say `proposed` wait for somebody to review them: until then their letter can't be
    approved, and where no approval is required they are not printed. `once prepared` stands where a
    note was loaded or taken back, and its letter is not prepared since; `notes list` shows both.
    """
    from annual_review.wiring.system import deployed

    form = form_of(is_json=as_json, is_csv=as_csv)
    system = deployed(stack)
    only = None if authority is None else system.authority(year, authority)
    register = system.directory.register()
    noted = noted_paragraphs(system.paragraphs, year, datetime.now(LONDON))
    chosen = [each for each in noted if only in {None, each.kept.authority}]
    chosen = [each for each in chosen if each.once_prepared.paragraphs]
    paragraphs = listed(chosen)
    match form:
        case Form.JSON:
            write_json({"year": year.ends, "paragraphs": rows_of(paragraphs, register)})
        case Form.CSV:
            write_csv(COLUMNS, rows_of(paragraphs, register))
        case Form.TABLE:
            if paragraphs:
                show_list(list_of(paragraphs, register))
            out.print(f"\n{sum_of(chosen)}")


@paragraphs_app.command()
def show(
    year: YearArgument, authority: AuthorityArgument, stack: StackName = "annual-review"
) -> None:
    """Show the paragraphs of one letter: their texts, and what was changed by whom and when."""
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    code = system.authority(year, authority)
    found = system.review_paragraphs().of_letter(year, code)
    name = system.spoken(code)
    if found is None:
        out.print(f"The letter of {name} says nothing of its own performance.", markup=False)
        return
    out.print(f"Paragraphs of {name} in {year}, version {found.version}", style="bold")
    for each in found.in_order:
        _show(each)
    if not (waiting := len(found.unreviewed)):
        return
    to_review = counted(waiting, "paragraph")
    if system.stack.approval_required:
        out.print(f"\nThe letter can't be approved yet: {to_review} to review.")
    else:
        out.print(f"\nLeft out of the letter, as nobody has reviewed it: {to_review}.")


@paragraphs_app.command()
def keep(
    year: YearArgument,
    authority: AuthorityArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, as `show` names them.")],
    by: By = "",
    seen: Seen = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Keep paragraphs as they read. One that was removed comes back with its last text."""
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    request = _request(system, year, authority, by, seen, is_dry_run=dry_run)
    _change(system, request, lambda service: service.keep(request, ids))


@paragraphs_app.command()
def edit(
    year: YearArgument,
    authority: AuthorityArgument,
    id_: Id,
    text: Text = None,
    file: File = None,
    by: By = "",
    seen: Seen = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Give a paragraph another text; the one before stays in its history."""
    from annual_review.wiring.system import deployed

    words = _words(text, file)
    system = deployed(stack)
    request = _request(system, year, authority, by, seen, is_dry_run=dry_run)
    _change(system, request, lambda service: service.edit(request, id_, words))


@paragraphs_app.command()
def remove(
    year: YearArgument,
    authority: AuthorityArgument,
    id_: Id,
    reason: Annotated[str, typer.Option(help="Why; kept with the paragraph.")],
    by: By = "",
    seen: Seen = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Remove a paragraph from its letter. It stays known, and `keep` brings it back."""
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    request = _request(system, year, authority, by, seen, is_dry_run=dry_run)
    _change(system, request, lambda service: service.remove(request, id_, reason.strip()))


@paragraphs_app.command()
def undo(
    year: YearArgument,
    authority: AuthorityArgument,
    id_: Id,
    by: By = "",
    seen: Seen = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Take back the last decision about a paragraph: that it was kept, edited or removed.

    Once more, it takes back the decision before that one. What was added is removed instead.
    """
    from annual_review.wiring.system import deployed

    system = deployed(stack)
    request = _request(system, year, authority, by, seen, is_dry_run=dry_run)
    _change(system, request, lambda service: service.undo(request, id_))


@paragraphs_app.command()
def add(
    year: YearArgument,
    authority: AuthorityArgument,
    family: Annotated[Family, typer.Option(help="What it speaks about: decides its place.")],
    text: Text = None,
    file: File = None,
    by: By = "",
    seen: Seen = None,
    stack: StackName = "annual-review",
    dry_run: DryRun = False,
) -> None:
    """Add a paragraph of your own to a letter; it counts as reviewed."""
    from annual_review.wiring.system import deployed

    words = _words(text, file)
    system = deployed(stack)
    request = _request(system, year, authority, by, seen, is_dry_run=dry_run)
    _change(system, request, lambda service: service.add(request, family, words))


def _request(
    system: System, year: ReportingYear, named: str, by: str, seen: int | None, *, is_dry_run: bool
) -> Request:
    authority = system.authority(year, named)
    return Request(year, authority, act_of(by), seen, is_dry_run)


def _words(text: str | None, file: Path | None) -> str:
    """Return the text that was given, if the letter's font has what it is written in."""
    from annual_review.rendering.forms.pdf import lacking_glyphs

    words = _given(text, file)
    if characters := lacking_glyphs(datetime.now(LONDON).date())(words):
        hint = "--file" if file else "--text"
        raise typer.BadParameter(lacks(characters), param_hint=hint)
    return words


def _given(text: str | None, file: Path | None) -> str:
    match text, file:
        case str(), None:
            return text
        case None, Path():
            try:
                return file.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                raise typer.BadParameter("is not UTF-8 text", param_hint="--file") from None
        case _:
            raise typer.BadParameter("give the text either with --text or with --file")


def _change(
    system: System, request: Request, change: Callable[[ReviewParagraphs], Reviewed]
) -> None:
    """Make a change, and tell it with what it replaced and who had written that."""
    code, year = request.authority, request.year
    name = system.spoken(code)
    done = change(system.review_paragraphs())
    if not done.is_changed:
        out.print(f"Nothing to change: the paragraphs of {name} are already like that.")
    known = {each.id: each for each in done.before.paragraphs}
    for each in done.after.in_order:
        if each != known.get(each.id):
            _show(each, since=len(known[each.id].history) - 1 if each.id in known else 0)
    if request.is_dry_run:
        out.print("\nNothing was changed: this was a dry run.")
        return
    out.print(f"\nThe letter of {name} is being prepared again.")
    if waiting := len(done.after.unreviewed):
        left = "1 paragraph of it is" if waiting == 1 else f"{waiting} paragraphs of it are"
        look = typed(f"paragraphs show {year} {code}", system.name)
        out.print(f"{left} still to be reviewed: {look}", markup=False)


def _show(each: Paragraph, since: int = 0) -> None:
    """Show a paragraph with its history, or the part of it from some line on."""
    out.print(f"\n{each.id}", style="bold", markup=False, end="")
    out.print(f"  {each.family.value}, from {each.origin.value}: {each.status.value}", markup=False)
    out.print(f"  {each.text}", markup=False)
    for change in each.history[max(since, 0) :]:
        why = f": {change.why}" if change.why else ""
        out.print(
            f"  {change.at:%Y-%m-%d %H:%M} {change.what.value} by {change.by}{why}", markup=False
        )
        if change.before not in {None, each.text}:
            out.print(f"    before: {change.before}", markup=False)
