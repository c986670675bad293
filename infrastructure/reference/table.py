"""The page about the items of the table: keys as the code builds them, and who opens each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annual_review.adapters.dynamodb import keys
from annual_review.adapters.dynamodb.table import Key
from annual_review.domain.authorities import AuthorityCode
from annual_review.domain.cases import CaseKey, CasePart, CaseReference
from annual_review.domain.figures import FIRST_REVISION, Revision
from annual_review.domain.letters import Dispatch, LetterId
from annual_review.domain.reporting_year import ReportingYear
from annual_review.domain.tallies import TallyKey

_YEAR: Final = ReportingYear(2020)
_CODE: Final = AuthorityCode("E07000075")
_TALLY: Final = TallyKey(_CODE, _YEAR)
_CASE: Final = CaseReference("19012345")

_HEAD: Final = """# The items of the table

Made from the code by `make reference`. Keys are those of an example: authority E07000075 in 2020.
They are built in `adapters/dynamodb/keys.py` alone. An item that can change carries the `version`
that a write demands: [every conditional write](conditional-writes.md) says why.

The last two columns list the functions, and the modules of commands, that open the adapter behind
which an item is kept: they read or write it, or another item behind the same adapter.

"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: examples of its key, what it holds, and the adapters it is kept behind."""

    name: str
    examples: tuple[Key, ...]
    holds: str
    written_by: str
    stores: tuple[str, ...]


KINDS: Final = (
    Kind(
        "case",
        tuple(keys.case_item_key(CaseKey(_CASE, part)) for part in CasePart),
        "the whole state of the highest version, also of a withdrawn case. While it counts, "
        f"`authority_year` is `{keys.index_partition(_TALLY)}`, and it stands in the index",
        "`record_decisions`",
        ("DynamoDBCaseStore", "DynamoDBRepairStore"),
    ),
    Kind(
        "tally",
        (keys.tally_item_key(_TALLY),),
        "a number for every measure that was counted",
        "`record_decisions`; `reconcile --repair`",
        ("DynamoDBCaseStore", "DynamoDBRepairStore"),
    ),
    Kind(
        "repair",
        (keys.repair_key(_TALLY, 1),),
        "a tally before and after a repair, who made it, when and why",
        "`reconcile --repair`",
        ("DynamoDBRepairStore",),
    ),
    Kind(
        "close",
        (keys.close_key(_YEAR, FIRST_REVISION),),
        "the hash of the frozen figures, when, and which authority a re-issue is of",
        "`close_year`; `reissue`",
        ("DynamoDBCloseStore",),
    ),
    Kind(
        "letter",
        (
            keys.letter_item_key(LetterId(_YEAR, FIRST_REVISION, _CODE)),
            keys.letter_item_key(LetterId(_YEAR, Revision(2), _CODE, Dispatch(2))),
        ),
        "state, attempts, hashes, mailboxes, message id, history",
        "planned by `close_year`, `watch_letters`, `reissue`, `resend`; "
        "moved as [its states](states.md) say",
        ("DynamoDBLetterStore",),
    ),
    Kind(
        "paragraphs",
        (keys.paragraphs_key(_YEAR, FIRST_REVISION, _CODE),),
        "the paragraphs of a letter, and what people decided about each",
        "`prepare_letter` proposes; `paragraphs`",
        ("DynamoDBParagraphStore",),
    ),
    Kind(
        "note",
        (keys.note_key(_YEAR, _CODE, "<hash of its text>"),),
        "a caseworker's note, who loaded it and when",
        "`notes`",
        ("DynamoDBParagraphStore",),
    ),
    Kind(
        "phase",
        (keys.phase_key(_YEAR),),
        "the phase of a year, and how it came there",
        "`close_year`, `watch_letters`",
        ("DynamoDBPhaseStore", "year_phases"),
    ),
    Kind(
        "authority",
        (keys.directory_key(keys.REGISTER, _CODE),),
        "name, type, dates of existence, successors, population, former codes; under each of these,"
        " what the code is now",
        "`load-register`",
        ("DynamoDBDirectory",),
    ),
    Kind(
        "recipient",
        (keys.directory_key(keys.RECIPIENTS, _CODE),),
        "who receives the letters; `record_decisions` never reads it",
        "`load-register`",
        ("DynamoDBDirectory",),
    ),
)


def table_page(root: Path) -> str:
    """Return the page; who opens an item is read from the imports below `root`."""
    functions = _sources(sorted(root.glob("functions/*/handler.py")))
    commands = _sources(sorted(root.glob("shared/annual_review/cli/commands/*/*.py")))
    rows = [
        f"| {kind.name} | {_joined(key[0] for key in kind.examples)} "
        f"| {_joined(key[1] for key in kind.examples)} | {kind.holds} "
        f"| {kind.written_by} "
        f"| {_openers(kind, functions)} | {_openers(kind, commands)} |\n"
        for kind in KINDS
    ]
    opened = ("opened by functions", "opened by commands")
    columns = ("item", "`pk`", "`sk`", "holds", "written by", *opened)
    return f"{_HEAD}| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n{''.join(rows)}"


def _sources(paths: Iterable[Path]) -> dict[str, str]:
    names = {path: path.parent.name if path.stem == "handler" else path.stem for path in paths}
    return {name: path.read_text(encoding="utf-8") for path, name in names.items()}


def _openers(kind: Kind, sources: dict[str, str]) -> str:
    found = [name for name, code in sources.items() if any(f"{s}(" in code for s in kind.stores)]
    return _joined(found)


def _joined(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
