from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from annual_review.adapters.files.input_files import InputFileError
from annual_review.adapters.files.register_files import read_register
from annual_review.domain.authorities import Authority, AuthorityCode, AuthorityType, Register
from tests.builders import ROCHFORD, an_authority

REAL = Path(__file__).parents[4] / "infrastructure" / "register" / "authorities-2020.csv"

TYPES = "county, district, metropolitan, unitary, london, other"


def register(folder: Path, *lines: str, heading: str = "code,name,type") -> Register:
    return read_register(file_of(folder, heading, *lines))


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "authorities.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InputFileError) as refusal:
        read_register(path)
    assert refusal.value.path == path
    assert str(refusal.value) == f"{path}: " + "; ".join(refusal.value.problems)
    return list(refusal.value.problems)


class TestWhatIsTaken:
    def test_code_name_and_type_are_enough(self, tmp_path: Path) -> None:
        found = register(tmp_path, "E07000075,Rochford District Council,district")

        assert list(found.values()) == [an_authority(name="Rochford District Council")]

    def test_every_column_that_is_known_is_used(self, tmp_path: Path) -> None:
        found = register(
            tmp_path,
            "E07000075,Rochford,district,1974-04-01,2019-03-31,E06000099,87368",
            heading="code,name,type,in_being_from,in_being_to,successor,population",
        )

        assert found[ROCHFORD] == Authority(
            code=ROCHFORD,
            name="Rochford",
            type=AuthorityType.DISTRICT,
            in_being_from=date(1974, 4, 1),
            in_being_to=date(2019, 3, 31),
            successors=(AuthorityCode("E06000099"),),
            population=87_368,
        )

    @pytest.mark.parametrize("column", ["population", "population_2020", "Population_2020"])
    def test_the_population_may_name_its_year(self, tmp_path: Path, column: str) -> None:
        found = register(
            tmp_path, 'E07000075,Rochford,district,"87,368"', heading=f"code,name,type,{column}"
        )

        assert found[ROCHFORD].population == 87_368

    @pytest.mark.parametrize(
        "written", ["E06000058+E06000059", "E06000058 + E06000059", "E06000058;E06000059"]
    )
    def test_an_authority_that_was_divided_names_several_successors(
        self, tmp_path: Path, written: str
    ) -> None:
        found = register(
            tmp_path, f"E07000075,Rochford,district,{written}", heading="code,name,type,successor"
        )

        assert found[ROCHFORD].successors == ("E06000058", "E06000059")

    def test_further_columns_and_empty_ones_without_a_name_are_ignored(
        self, tmp_path: Path
    ) -> None:
        found = register(
            tmp_path,
            "East,E07000075,51.5,Rochford,district,,",
            heading="region,code,latitude,name,type,,",
        )

        assert list(found) == [ROCHFORD]

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self, tmp_path: Path) -> None:
        found = register(tmp_path, "E07000075,Rochford,district", heading="\ufeffcode,name,type")

        assert list(found) == [ROCHFORD]

    def test_spaces_around_cells_and_capitals_of_types_and_headings_do_not_matter(
        self, tmp_path: Path
    ) -> None:
        found = register(
            tmp_path,
            " E07000075 , Rochford , District , 2019-04-01 ,, 5 ",
            heading=" Code , Name , TYPE , in_being_from , in_being_to , population ",
        )

        assert found[ROCHFORD] == an_authority(
            name="Rochford", in_being_from=date(2019, 4, 1), population=5
        )

    def test_several_spaces_in_a_name_are_one(self, tmp_path: Path) -> None:
        found = register(tmp_path, "E06000024,North  Somerset \u00a0Council,unitary")

        assert found[AuthorityCode("E06000024")].name == "North Somerset Council"

    def test_blank_lines_are_passed_over(self, tmp_path: Path) -> None:
        found = register(tmp_path, "", "E1,One,county", "", ",,", "E2,Two,london", "")

        assert list(found) == ["E1", "E2"]

    def test_names_may_hold_commas_quotes_and_letters_beyond_ascii(self, tmp_path: Path) -> None:
        found = register(tmp_path, 'E1,"Bournemouth, ""Poole"" & Ynys Môn",unitary')

        assert found[AuthorityCode("E1")].name == 'Bournemouth, "Poole" & Ynys Môn'

    def test_lines_may_end_as_on_windows(self, tmp_path: Path) -> None:
        path = tmp_path / "windows.csv"
        path.write_bytes(b"code,name,type\r\nE1,One,county\r\n")

        assert list(read_register(path)) == ["E1"]

    @pytest.mark.parametrize("type_", AuthorityType)
    def test_every_type_is_known(self, tmp_path: Path, type_: AuthorityType) -> None:
        assert register(tmp_path, f"E1,One,{type_.value}")[AuthorityCode("E1")].type is type_

    def test_the_register_that_comes_with_the_project_is_sound(self) -> None:
        found = read_register(REAL)

        assert len(found) > 350
        assert found[ROCHFORD].name == "Rochford District Council"
        assert found[ROCHFORD].population


class TestWhatIsRefused:
    def test_all_problems_of_all_lines_are_named_at_once(self, tmp_path: Path) -> None:
        path = file_of(
            tmp_path,
            "code,name,type,in_being_from,population",
            "E1,One,county,,",
            ",Nameless,county,,",
            "E2,,parish,2019-02-30,-5",
            "",
            "E1,One again,county,,",
            "E3,Three",
        )

        assert problems(path) == [
            "line 3: code: is empty",
            "line 4: name: is empty",
            f'line 4: type: "parish" is none of: {TYPES}',
            'line 4: in_being_from: "2019-02-30" is a day that no calendar has',
            'line 4: population: "-5" is not a whole number, such as 87368 or 87,368',
            "line 6: the code E1 is on line 2 already",
            (
                'line 7: is only partly there: it has 2 cells ("E3,Three"), and the heading 5;'
                " an empty cell needs its comma too"
            ),
        ]

    @pytest.mark.parametrize(
        "written", ["01/04/2019", "1554076800", "2019", "2019-4-1", "20190401"]
    )
    def test_a_day_is_written_in_one_way_only(self, tmp_path: Path, written: str) -> None:
        path = file_of(tmp_path, "code,name,type,in_being_from", f"E1,One,county,{written}")

        assert problems(path) == [
            f'line 2: in_being_from: "{written}" is not a day written as 2019-04-01'
        ]

    def test_an_authority_begins_before_it_ends(self, tmp_path: Path) -> None:
        path = file_of(
            tmp_path,
            "code,name,type,in_being_from,in_being_to",
            "E1,One,county,2019-04-01,2019-03-31",
        )

        assert problems(path) == ["line 2: in_being_from lies after in_being_to"]

    @pytest.mark.parametrize("written", ["many", "87.5", "-1", "8e4"])
    def test_a_population_is_a_whole_number(self, tmp_path: Path, written: str) -> None:
        path = file_of(tmp_path, "code,name,type,population", f"E1,One,county,{written}")

        (problem,) = problems(path)
        assert problem.startswith("line 2: population: ")

    def test_a_successor_is_a_code(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "code,name,type,successor", "E1,One,county,E2+Dorset/Council")

        (problem,) = problems(path)
        assert problem.startswith("line 2: successor: ")

    def test_a_name_is_one_line_without_control_characters(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "code,name,type", '"E1","One\nTwo",county', "E2,bell \x07,county")

        found = problems(path)

        assert [problem.split(":")[:2] for problem in found] == [
            ["line 2", " name"],
            ["line 4", " name"],
        ]
        assert "line break" in found[0]
        assert "<U+0007>" in found[1]

    def test_every_missing_column_is_named(self, tmp_path: Path) -> None:
        assert problems(file_of(tmp_path, "population,region", "1,East")) == [
            "line 1: the column code is missing",
            "line 1: the column name is missing",
            "line 1: the column type is missing",
        ]

    def test_an_empty_file_is_told_what_it_has_to_name(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.csv"
        path.touch()

        assert problems(path) == ["line 1: is empty; it has to name the columns: code,name,type"]

    def test_a_heading_alone_is_no_register(self, tmp_path: Path) -> None:
        assert problems(file_of(tmp_path, "code,name,type")) == ["has no row below its heading"]

    def test_a_file_that_is_not_there_says_so(self, tmp_path: Path) -> None:
        assert problems(tmp_path / "nowhere.csv") == ["No such file or directory"]

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        assert problems(tmp_path) == ["Is a directory"]

    def test_a_file_in_an_encoding_that_can_not_be_told_says_where_and_what_to_do(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "macintosh.csv"
        path.write_bytes("code,name,type\nE1,Môn,unitary\n".encode("mac-roman"))

        assert problems(path) == [
            'line 2: is written in an unknown encoding: save it as "CSV UTF-8"'
        ]

    def test_a_population_with_a_comma_that_is_not_quoted_is_never_cut_short(
        self, tmp_path: Path
    ) -> None:
        path = file_of(tmp_path, "code,name,type,population", "E1,One,district,87,368")

        assert problems(path) == [
            (
                'line 2: has 5 cells ("E1,One,district,87,368"), and the heading 4; most likely a'
                " cell has a comma in it: put that cell into double quotes"
            )
        ]

    def test_a_character_that_nobody_sees_is_named(self, tmp_path: Path) -> None:
        path = file_of(tmp_path, "code,name,type", "E07000075\u200b,Rochford,district")

        assert problems(path) == [
            (
                'line 2: code: "E07000075<U+200B>" holds an invisible character, U+200B (ZERO WIDTH'
                " SPACE): type it again"
            )
        ]

    @pytest.mark.parametrize("code", ["E 1", "Dorset/Council", "x" * 21])
    def test_a_code_that_can_be_none_is_told_without_a_pattern(
        self, tmp_path: Path, code: str
    ) -> None:
        (problem,) = problems(file_of(tmp_path, "code,name,type", f"{code},One,county"))

        assert problem == (
            f'line 2: code: "{code}" is not a code: letters, digits, - and _ only, 20 at most'
        )

    def test_a_name_has_an_end(self, tmp_path: Path) -> None:
        (problem,) = problems(file_of(tmp_path, "code,name,type", f"E1,{'x' * 201},county"))

        assert problem.endswith('…" is longer than 200 characters')

    @pytest.mark.parametrize(
        "heading", ["code,name,type\n", ""], ids=["in a line", "in the heading"]
    )
    def test_a_cell_of_any_length_is_a_problem_and_never_a_traceback(
        self, tmp_path: Path, heading: str
    ) -> None:
        path = tmp_path / "huge.csv"
        path.write_text(f'{heading}E1,"{"x" * 200_000}",county\n', encoding="utf-8")

        (problem,) = problems(path)
        assert "is not CSV: a double quote is not closed" in problem


ONE_LINE = "an authority whose code has changed has one line, under its present code"


class TestFormerCodes:
    HEADING = "code,name,type,former_codes"

    def test_they_are_joined_by_a_plus(self, tmp_path: Path) -> None:
        found = register(
            tmp_path,
            "E08000037,Gateshead,metropolitan,E08000020 + E08000999",
            heading=self.HEADING,
        )

        assert found.codes_of(AuthorityCode("E08000020")) == ("E08000037", "E08000020", "E08000999")

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            (
                ["E2,A,district,E1", "E1,B,district,"],
                f"line 2: former_codes: E1 is on line 3 already: {ONE_LINE}",
            ),
            (
                ["E2,A,district,E1", "E3,B,district,E1"],
                f"line 3: former_codes: E1 is on line 2 already: {ONE_LINE}",
            ),
            (
                ["E2,A,district,E1+E2"],
                "line 2: former_codes: E2 is its present code: leave it out",
            ),
            (["E2,A,district,E1+E1"], "line 2: former_codes: E1 is given twice"),
        ],
        ids=["an authority of its own", "two authorities'", "its own", "twice"],
    )
    def test_what_contradicts_itself_is_refused(
        self, tmp_path: Path, lines: list[str], told: str
    ) -> None:
        assert problems(file_of(tmp_path, self.HEADING, *lines)) == [told]


class TestWhatCanNotBe:
    @pytest.mark.parametrize(
        ("population", "said"),
        [
            ('"8,7,3,68"', "is not a whole number"),
            ("87.368", "is not a whole number"),
            ("0", "is nobody: leave the cell empty if it is not known"),
        ],
    )
    def test_a_population_that_is_none_is_refused(
        self, tmp_path: Path, population: str, said: str
    ) -> None:
        path = file_of(tmp_path, "code,name,type,population", f"E1,One,district,{population}")

        assert said in problems(path)[0]

    def test_successors_never_lead_back_to_the_authority(self, tmp_path: Path) -> None:
        path = file_of(
            tmp_path,
            "code,name,type,in_being_to,successor,former_codes",
            "E1,One,district,2019-03-31,E1,",
            "E2,Two,district,2019-03-31,E3,",
            "E3,Three,district,2019-03-31,E0+E2,",
            "E4,Four,district,2019-03-31,E5+E5,E9",
            "E5,Five,district,2019-03-31,E9,",
        )

        assert problems(path) == [
            "line 2: successor: E1 leads back to E1, which has ended",
            "line 3: successor: E2 leads back to E2, which has ended",
            "line 4: successor: E3 leads back to E3, which has ended",
            "line 5: successor: E5 is given twice",
            "line 5: successor: E9 leads back to E4, which has ended",
            "line 6: successor: E5 leads back to E5, which has ended",
        ]

    def test_what_is_empty_is_called_empty(self, tmp_path: Path) -> None:
        assert problems(file_of(tmp_path, "code,name,type", "Total,,")) == [
            "line 2: name: is empty",
            "line 2: type: is empty",
        ]

    @pytest.mark.parametrize("former", ["e07000075", "E1+e08000020"])
    def test_a_former_code_in_small_letters_is_told(self, tmp_path: Path, former: str) -> None:
        path = file_of(tmp_path, "code,name,type,former_codes", f"E2,Two,district,{former}")

        assert "has a small letter: write E0" in problems(path)[0]
