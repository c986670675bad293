"""The account of capacity against the examples that the DynamoDB Developer Guide works out."""

from __future__ import annotations

from typing import Any

import pytest

from infrastructure.bench.capacity import Account, Index, Item, item_size, write_units

KB = 1024
INDEX = Index(("authority_year", "sk_case"))


def an_item(size: int, **attributes: str) -> Item:
    """Build an item of a size: whatever it holds, it is filled up to it."""
    item = {name: {"S": value} for name, value in attributes.items()}
    return item | {"filling": {"S": "x" * (size - item_size(item) - len("filling"))}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        # "an item with two attributes": shirt-color R, shirt-size M, "the total size is 23 bytes"
        pytest.param({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}, 23, id="texts"),
        pytest.param({"name": {"S": "Ynys Môn"}}, 4 + 9, id="text counts in UTF-8"),
        pytest.param({"n": {"N": "0"}}, 1 + 1, id="zero has no significant digit"),
        pytest.param({"n": {"N": "7"}}, 1 + 2, id="one digit"),
        pytest.param({"n": {"N": "-1200"}}, 1 + 2, id="zeroes at the end are trimmed"),
        pytest.param({"n": {"N": "12345"}}, 1 + 4, id="two digits a byte, rounded up"),
        pytest.param({"b": {"BOOL": False}}, 1 + 1, id="true or false"),
        pytest.param({"b": {"NULL": True}}, 1 + 1, id="null"),
        pytest.param({"l": {"L": []}}, 1 + 3, id="an empty list"),
        pytest.param({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}, 1 + 3 + 3 + 2, id="a list"),
        pytest.param({"m": {"M": {"a": {"S": "b"}}}}, 1 + 3 + 2 + 1, id="a map"),
    ],
)
def test_the_size_of_an_item_is_that_of_its_names_and_values(
    item: dict[str, Any], size: int
) -> None:
    assert item_size(item) == size


def test_a_type_that_is_not_used_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="SS"):
        item_size({"set": {"SS": ["a"]}})


@pytest.mark.parametrize(
    ("size", "standard", "transactional"),
    [(500, 1, 2), (KB, 1, 2), (KB + 1, 2, 4), (2 * KB, 2, 4), (3 * KB + 512, 4, 8)],
)
def test_a_write_costs_a_unit_for_each_kilobyte_begun_and_double_in_a_transaction(
    size: int, standard: int, transactional: int
) -> None:
    assert write_units(size) == standard
    assert write_units(size, transactional=True) == transactional


def test_an_update_costs_the_larger_of_before_and_after() -> None:
    assert write_units(3 * KB, KB) == write_units(KB, 3 * KB) == 3


def test_three_items_of_500_bytes_in_one_transaction_cost_six_units() -> None:
    # "one transaction per second, and each transaction writes three 500-byte items": six units.
    account = Account()

    for _ in range(3):
        account.charge_write(None, an_item(500), transactional=True)

    assert account.write_units == 6


IN_2020 = an_item(500, authority_year="E1#2020", sk_case="1", outcome="upheld")
CHANGED = an_item(500, authority_year="E1#2020", sk_case="1", outcome="not_upheld")
IN_2021 = an_item(500, authority_year="E1#2021", sk_case="1", outcome="upheld")
WITHDRAWN = an_item(500, outcome="upheld")


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        pytest.param(None, IN_2020, 1, id="it enters the index"),
        pytest.param(WITHDRAWN, IN_2020, 1, id="it gains the attributes of the key"),
        pytest.param(IN_2020, IN_2021, 2, id="its key changes: one deletion and one put"),
        pytest.param(IN_2020, WITHDRAWN, 1, id="it leaves the index"),
        pytest.param(WITHDRAWN, an_item(600), 0, id="it never was in the index"),
        pytest.param(IN_2020, CHANGED, 1, id="only other attributes change"),
        pytest.param(IN_2020, IN_2020, 0, id="nothing changes"),
        pytest.param(None, an_item(1500, authority_year="a", sk_case="b"), 2, id="by its size"),
    ],
)
def test_the_index_costs_by_what_a_write_does_to_it(
    before: Item | None, after: Item, units: int
) -> None:
    assert INDEX.write_units(before, after) == units


def test_an_index_does_not_cost_double_in_a_transaction() -> None:
    account = Account()

    account.charge_write(None, IN_2020, indexes=[INDEX], transactional=True)

    assert (account.table_units, account.index_units) == (2, 1)


def test_a_write_whose_condition_fails_is_charged_and_reaches_no_index() -> None:
    # "If an existing item is 300 KB and the new one 310 KB, 310 units are consumed."
    account = Account()

    account.charge_refusal(an_item(300 * KB), an_item(310 * KB))

    assert (account.table_units, account.index_units) == (310, 0)
