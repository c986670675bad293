from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annual_review.domain.authorities import AuthorityCode, AuthorityType, Register
from annual_review.domain.cases import CasePart, CaseReference, CaseState, DecisionOutcome, Version
from annual_review.domain.figures import (
    AuthorityFigures,
    Comparisons,
    EarlierYear,
    YearFigures,
    figures_of_year,
)
from annual_review.domain.reporting_year import ReportingYear, Revision
from annual_review.domain.statistics import PopulationRate, Statistic
from annual_review.domain.tallies import Measure, Tally, TallyKey, tally_of
from annual_review.services.documents import authority_figures_name, digest, figures_folder
from annual_review.services.figures.counted_cases import CountedCase, cases_in, tally_of_cases
from annual_review.services.figures.frozen_authority import (
    FrozenAuthority,
    Reissue,
    authority_record,
    canonical,
    read_authority_record,
)
from annual_review.services.figures.frozen_figures import COLUMNS, FrozenYear, freeze_figures
from tests.builders import (
    COUNTY,
    IN_THE_YEAR,
    OTHER_DISTRICT,
    ROCHFORD,
    YEAR,
    a_compliance_outcome,
    a_decision,
    a_register,
    a_tally,
    an_authority,
    an_upheld_decision,
    compared_with,
)
from tests.strategies import statistics, tallies

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)

CASES: Mapping[AuthorityCode, list[CaseState]] = {
    ROCHFORD: [an_upheld_decision("2", version=3), a_compliance_outcome("1")],
    COUNTY: [an_upheld_decision("3", authority=COUNTY, satisfactory_remedy=True)],
}
REGISTER = a_register(
    an_authority(ROCHFORD, name="Rochford District Council", population=87_368),
    an_authority(COUNTY, name="Essex County Council", type_=AuthorityType.COUNTY),
    an_authority(OTHER_DISTRICT, name='Vale of "Nowhere", & Co', type_=AuthorityType.OTHER),
)


def frozen(
    cases: Mapping[AuthorityCode, list[CaseState]] = CASES,
    register: Register = REGISTER,
    revision: int = 1,
) -> FrozenYear:
    counted = tally_of(case for each in cases.values() for case in each)
    return freeze_figures(
        figures_of_year(YEAR, register, counted, Revision(revision)),
        {code: cases_in(TallyKey(code, YEAR), each) for code, each in cases.items()},
    )


def measures(*names: str) -> tuple[Measure, ...]:
    return tuple(Measure(name) for name in names)


def table(year: FrozenYear) -> list[dict[str, str]]:
    content, _ = year.documents["figures.csv"]
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


class TestTheRecordOfAnAuthority:
    def test_it_names_the_cases_that_make_up_its_figures_in_order(self) -> None:
        content, _ = frozen().documents[authority_figures_name(ROCHFORD)]

        assert read_authority_record(content).cases == (
            CountedCase(
                CaseReference("1"),
                CasePart.COMPLIANCE,
                Version(1),
                IN_THE_YEAR,
                measures("on_time"),
            ),
            CountedCase(
                CaseReference("2"),
                CasePart.DECISION,
                Version(3),
                IN_THE_YEAR,
                measures("upheld", "subject:Planning & Development"),
            ),
        )

    def test_its_cases_add_up_to_its_tally(self) -> None:
        content, _ = frozen().documents[authority_figures_name(COUNTY)]

        record = read_authority_record(content)

        assert tally_of_cases(record.cases) == record.figures.tally
        assert record.figures.tally.satisfactory_remedies == 1

    def test_a_decision_keeps_what_was_to_improve_and_its_public_report(self) -> None:
        decision = replace(
            an_upheld_decision("2"), service_improvements=("Train staff.",), public_report="A–Z"
        )
        content, _ = frozen({ROCHFORD: [decision]}).documents[authority_figures_name(ROCHFORD)]

        (case,) = read_authority_record(content).cases
        assert (case.service_improvements, case.public_report) == (("Train staff.",), "A–Z")

    def test_it_lists_no_case_of_another_authority(self) -> None:
        content, _ = frozen().documents[authority_figures_name(COUNTY)]

        assert [case.reference for case in read_authority_record(content).cases] == ["3"]

    @given(tallies(), st.none() | statistics(), st.sampled_from(AuthorityType))
    def test_it_reads_back_as_it_was_written(
        self, tally: Tally, beside: Statistic | None, type_: AuthorityType
    ) -> None:
        authority = an_authority(name="Ynys Môn – Cyngor “Sir”", type_=type_, population=0)
        figures = AuthorityFigures(authority, tally, compared_with(uphold_rate=beside))
        year = YearFigures(YEAR, Revision(2), (figures,), {})

        content, _ = freeze_figures(year, {}).documents[authority_figures_name(ROCHFORD)]

        assert read_authority_record(content) == FrozenAuthority(YEAR, Revision(2), figures, ())

    def test_a_record_of_another_format_is_refused(self) -> None:
        with pytest.raises(ValueError, match="format 1 can't be read"):
            read_authority_record(b'{"format": 1}')

    def test_it_says_what_a_reissue_replaces_and_remembers_earlier_years(self) -> None:
        figures = AuthorityFigures(
            an_authority(ROCHFORD, population=87_368),
            a_tally(upheld=2),
            Comparisons(upheld_per_100_000=PopulationRate(40, 900_000)),
        )
        reissue = Reissue(
            IN_THE_YEAR, "A case was counted twice.", Revision(1), IN_THE_YEAR, a_tally(upheld=3)
        )
        earlier = (EarlierYear(ReportingYear(2019), a_tally(upheld=1, late=2)),)
        frozen = FrozenAuthority(YEAR, Revision(2), figures, (), earlier, reissue)

        assert read_authority_record(canonical(authority_record(frozen))) == frozen


class TestTheRecordOfTheYear:
    def test_equal_figures_and_cases_give_equal_bytes_in_whatever_order_they_came(self) -> None:
        backwards = {code: list(reversed(CASES[code])) for code in reversed(list(CASES))}

        assert frozen(backwards) == frozen()

    def test_it_is_written_canonically(self) -> None:
        content, _ = frozen().documents["figures.json"]

        assert content == canonical(json.loads(content))
        assert canonical({"b": 1, "a": "é"}) == '{\n "a": "é",\n "b": 1\n}\n'.encode()

    @given(record=st.dictionaries(st.text(max_size=3), values, max_size=3))
    def test_it_is_what_json_writes(self, record: dict[str, Any]) -> None:
        text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1)

        assert canonical(record) == f"{text}\n".encode()

    def test_its_hash_covers_everything_else_in_it(self) -> None:
        year = frozen()
        record = json.loads(year.documents["figures.json"][0])

        assert record.pop("sha256") == year.sha256 == digest(canonical(record))

    def test_it_holds_the_hash_of_every_authority_s_own_record(self) -> None:
        year = frozen()
        record = json.loads(year.documents["figures.json"][0])

        for each in record["authorities"]:
            content, _ = year.documents[f"authorities/{each['code']}.json"]
            assert each["record_sha256"] == digest(content)

    def test_it_says_which_days_it_covers(self) -> None:
        record = json.loads(frozen().documents["figures.json"][0])

        assert (record["year"], record["from"], record["to"]) == (2020, "2019-04-01", "2020-03-31")

    def test_it_holds_one_comparison_for_each_type_and_the_national_figures(self) -> None:
        record = json.loads(frozen().documents["figures.json"][0])

        assert record["comparisons"]["county"]["satisfactory_remedy_rate"] == {
            "numerator": 1,
            "denominator": 1,
            "percentage": 100,
        }
        assert set(record["comparisons"]) == {
            type_.value for type_ in AuthorityType if type_.is_compared
        }
        assert record["national"]["decisions"] == 2
        assert record["national"]["compliance_rate"]["denominator"] == 1

    def test_any_other_figure_case_version_name_or_revision_changes_the_hash(self) -> None:
        more = {**CASES, ROCHFORD: [*CASES[ROCHFORD], a_compliance_outcome("9")]}
        corrected = {**CASES, ROCHFORD: [an_upheld_decision("2", version=4), *CASES[ROCHFORD][1:]]}
        renamed = Register(
            replace(each, name="Essex") if each.code == COUNTY else each
            for each in REGISTER.values()
        )

        different = [
            frozen(),
            frozen(more),
            frozen(corrected),
            frozen(register=renamed),
            frozen(revision=2),
        ]

        assert all(one.sha256 != other.sha256 for one, other in combinations(different, 2))

    @given(st.lists(tallies(), min_size=2, max_size=2, unique_by=repr))
    def test_two_tallies_never_share_a_hash(self, two: list[Tally]) -> None:
        hashes = {
            freeze_figures(
                figures_of_year(YEAR, a_register(), {TallyKey(ROCHFORD, YEAR): tally}), {}
            ).sha256
            for tally in two
        }

        assert len(hashes) == (1 if two[0] == two[1] else 2)

    def test_its_folder_is_named_by_year_revision_and_hash(self) -> None:
        assert figures_folder(YEAR, Revision(1), "0123456789abcdef" * 4) == (
            "figures/2020/1-0123456789abcdef"
        )


class TestTheTable:
    def test_it_has_the_columns_that_were_agreed(self) -> None:
        content, content_type = frozen().documents["figures.csv"]

        assert content.decode().splitlines()[0] == (
            "code,authority,type,investigations,upheld,uphold_percent,uphold_average,"
            "compliance_outcomes,complied,compliance_percent,compliance_average,"
            "remedies,remedy_percent,remedy_average"
        )
        assert content_type == "text/csv; charset=utf-8"
        assert len(COLUMNS) == 14

    def test_a_row_holds_counts_percentages_and_averages(self) -> None:
        pool = [
            a_decision(DecisionOutcome.NOT_UPHELD, f"1900000{number}", authority=OTHER_DISTRICT)
            for number in range(7)
        ]
        register = a_register(an_authority(ROCHFORD, name="Rochford"), OTHER_DISTRICT)

        rows = table(frozen({ROCHFORD: CASES[ROCHFORD], OTHER_DISTRICT: [*pool]}, register))

        assert ",".join(rows[0].values()) == (
            "E07000075,Rochford,district,1,1,100,13,1,1,100,100,0,0,0"
        )

    def test_where_there_is_no_figure_the_cell_is_empty(self) -> None:
        empty = a_register(an_authority(ROCHFORD, name="Rochford"))

        content, _ = frozen({}, empty).documents["figures.csv"]

        assert content.decode().splitlines()[1] == "E07000075,Rochford,district,0,0,,,0,0,,,0,,"

    def test_an_authority_of_type_other_has_percentages_and_no_averages(self) -> None:
        park = a_register(an_authority(ROCHFORD, name="Park", type_=AuthorityType.OTHER))

        content, _ = frozen({ROCHFORD: CASES[ROCHFORD]}, park).documents["figures.csv"]

        assert content.decode().splitlines()[1] == "E07000075,Park,other,1,1,100,,1,1,100,,0,0,"

    def test_names_with_commas_and_quotes_come_through_whole(self) -> None:
        names = [row["authority"] for row in table(frozen())]

        assert 'Vale of "Nowhere", & Co' in names

    def test_rows_come_in_the_order_of_codes(self) -> None:
        assert [row["code"] for row in table(frozen())] == [ROCHFORD, OTHER_DISTRICT, COUNTY]
