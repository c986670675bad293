"""Where a refusal of a service becomes an error of the command, with what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

from annual_review.console import CommandError
from annual_review.services.errors import RefusalError
from annual_review.wiring.advice import USUAL_STACK, typed

if TYPE_CHECKING:
    from typer._click.core import Command, Context

_STACK = "annual_review.stack"


class Commands(TyperGroup):
    """The commands, of which any may be refused."""

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return a command whose help is wrapped where the terminal ends, and nowhere else."""
        command = super().get_command(ctx, cmd_name)
        for each in (command, *getattr(command, "commands", {}).values()):
            if each is not None and each.help:
                each.help = "\n\n".join(part.replace("\n", " ") for part in each.help.split("\n\n"))
        return command

    def invoke(self, ctx: Context) -> object:
        """Run a command.

        Raises:
            CommandError: Instead of the refusal.
        """
        try:
            return super().invoke(ctx)
        except RefusalError as error:
            next_ = typed(error.command, ctx.meta.get(_STACK, USUAL_STACK))
            raise CommandError(*str(error).splitlines(), *([next_] if next_ else [])) from error


def note_stack(context: typer.Context, stack: str) -> str:
    """Keep the name of the stack that a command was given: what it advises is for that stack."""
    context.meta[_STACK] = stack
    return stack
