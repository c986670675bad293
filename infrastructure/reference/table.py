"""The page about the items of the table: as the code writes them, and who opens each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annual_review.adapters.dynamodb import keys
from annual_review.adapters.dynamodb.phase_table import year_phases
from annual_review.adapters.dynamodb.table import Item, key_of
from annual_review.adapters.dynamodb.years.tally_watch import tally_watch
from infrastructure.reference import items

_COMMANDS: Final = "annual_review.cli.commands."
_YEAR_READER: Final = "annual_review.wiring.year_reader"

_HEAD: Final = """# The items of the table

Made from the code by `make reference`: keys and attributes are those of items that the adapters
write, for authority E07000075 in 2020. Only what stands under *written by*, and the words beside
attributes, are kept by hand. Keys are built in `adapters/dynamodb/keys.py` alone. An item that can
change carries the `version` that a write demands: [every conditional write](conditional-writes.md)
says why.

The last two columns list the functions, and the modules of commands, that open the adapter behind
which an item is kept: they read or write it, or another item behind the same adapter. Nearly every
command asks the register for the names of authorities.

"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: examples, notes on its attributes, and the adapters it is kept behind."""

    name: str
    examples: tuple[Item, ...]
    notes: str
    written_by: str
    stores: tuple[str, ...]

    @property
    def attributes(self) -> Iterable[str]:
        """What an item holds beside its key."""
        names = dict.fromkeys(name for item in self.examples for name in item)
        return (name for name in names if name not in {"pk", "sk"})


KINDS: Final = (
    Kind(
        "case",
        items.cases(),
        "the whole state of the highest version since the last reset, also of a withdrawn case. "
        "`reset` is the number of `resets`. While it counts, "
        f"`authority_year` is `{keys.index_partition(items.TALLY)}`, and it stands in the index",
        "`record_decisions`; `reset-case`",
        ("DynamoDBCaseStore", "DynamoDBRepairStore"),
    ),
    Kind(
        "tally",
        items.tallies(),
        "a number for every measure that was counted",
        "`record_decisions`; `reset-case`, `reconcile --repair`",
        ("DynamoDBCaseStore", "DynamoDBRepairStore"),
    ),
    Kind(
        "repair",
        items.repairs(),
        "",
        "`reconcile --repair`",
        ("DynamoDBRepairStore",),
    ),
    Kind(
        "close",
        items.closes(),
        "`reissues` is the authority that a re-issue is of",
        "`close_year`; `reissue`",
        ("DynamoDBCloseStore",),
    ),
    Kind(
        "letter",
        items.letters(),
        "",
        "planned by `close_year`, `watch_letters`, `reissue`, `resend`; "
        "moved as [its states](states.md) say",
        ("DynamoDBLetterStore",),
    ),
    Kind(
        "paragraphs",
        items.paragraphs(),
        "what people decided about each stands in its history",
        "`prepare_letter` proposes; `paragraphs`",
        ("DynamoDBParagraphStore",),
    ),
    Kind(
        "note",
        items.notes(),
        "its name is the hash of its family and text",
        "`notes`",
        ("DynamoDBParagraphStore",),
    ),
    Kind(
        "phase",
        items.phases(),
        "",
        "`close_year`, `watch_letters`, `publish_year`; `publish`",
        ("DynamoDBPhaseStore",),
    ),
    Kind(
        "volume",
        items.volumes(),
        "",
        "`close --accept-volume`",
        ("DynamoDBVolumeStore", "accept_volume"),
    ),
    Kind(
        "sending",
        items.sending(),
        "`refused` are the letters that were refused since one was accepted",
        "`send_letter` counts and stops; `release --resume`",
        ("DynamoDBSendingStore",),
    ),
    Kind("challenge", items.challenges(), "", "`challenge`", ("DynamoDBChallengeStore",)),
    Kind(
        "publications",
        items.publications(),
        "one item for all years",
        "`publish`, `publish_year`",
        ("DynamoDBHistoryStore",),
    ),
    Kind(
        "authority",
        items.authorities(),
        "under a former code there is nothing but `now`, the present one",
        "`load-register`",
        ("DynamoDBDirectory",),
    ),
    Kind(
        "recipient",
        items.recipients(),
        "`record_decisions` never reads it",
        "`load-register`",
        ("DynamoDBDirectory",),
    ),
)


def table_page(root: Path) -> str:
    """Return the page; who opens an item is read from the sources below `root`."""
    sources = _Sources(root / "shared")
    handlers = sorted(root.glob("functions/*/handler.py"))
    functions = {path.parent.name: sources.stores_in(_tree(path)) for path in handlers}
    commands = {
        name.rpartition(".")[2]: sources.stores_in(sources.module(name))
        for name in sources.commands
    }
    rows = [
        f"| {kind.name} | {_joined(key_of(item)[0] for item in kind.examples)} "
        f"| {_joined(key_of(item)[1] for item in kind.examples)} | {_held(kind)} "
        f"| {kind.written_by} | {_openers(kind, functions)} | {_openers(kind, commands)} |\n"
        for kind in KINDS
    ]
    opened = ("opened by functions", "opened by commands")
    columns = ("item", "`pk`", "`sk`", "attributes", "written by", *opened)
    return f"{_HEAD}| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n{''.join(rows)}"


def _held(kind: Kind) -> str:
    attributes = _joined(kind.attributes)
    return f"{attributes}; {kind.notes}" if kind.notes else attributes


def _openers(kind: Kind, opened: Mapping[str, frozenset[str]]) -> str:
    return _joined(name for name, stores in opened.items() if stores.intersection(kind.stores))


def _joined(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


class _Sources:
    """What a module opens: adapters that it names, and those behind what it takes of the system."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        app = self.module("annual_review.cli.app")
        imported = (n.module or "" for n in app.body if isinstance(n, ast.ImportFrom))
        self.commands = [name for name in imported if name.startswith(_COMMANDS)]
        # The system joins a class of stores with a class of services for each stage.
        wiring = [_tree(path) for path in shared.glob("annual_review/wiring/*.py")]
        parts = (node for module in wiring for node in module.body)
        self._of_system = {
            name: made
            for part in parts
            if isinstance(part, ast.ClassDef)
            for name, made in _functions(part.body).items()
        }
        self._of_adapters = {
            name: made
            for maker in (year_phases, tally_watch)
            for name, made in _functions(self.module(maker.__module__).body).items()
        }

    def module(self, name: str) -> ast.Module:
        """Read a module of the package."""
        return _tree(self._shared / f"{name.replace('.', '/')}.py")

    def stores_in(self, code: ast.AST, system: str = "system") -> frozenset[str]:
        """Return the adapters of the table; `system` is what the code calls the system."""
        return frozenset(self._stores(code, system))

    def _stores(self, code: ast.AST, system: str) -> Iterator[str]:
        for node in ast.walk(code):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name.startswith("DynamoDB"):
                    yield name
                case ast.Call(func=ast.Name(id=name)) if name in self._of_adapters:
                    yield from self._stores(self._of_adapters[name], "")
                case ast.ImportFrom(module=str(name)) if name.startswith((_COMMANDS, _YEAR_READER)):
                    if name not in self.commands:  # what several commands share
                        yield from self._stores(self.module(name), system)
                case ast.Attribute(
                    value=ast.Name(id=name)
                    | ast.Attribute(attr=name)
                    | ast.Call(func=ast.Name(id=name)),
                    attr=member,
                ) if name in {system, "deployed"} and member in self._of_system:
                    yield from self._stores(self._of_system[member], "self")


def _functions(body: Iterable[ast.stmt]) -> Mapping[str, ast.FunctionDef]:
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
