"""docs/conformance.md and docs/guarantees.md say what tests show, and nothing that they do not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from scripts import check_conformance
from scripts.check_conformance import (
    OURS,
    REQUIRED,
    Row,
    collect_markers,
    filled,
    guarantee_troubles,
    read_rows,
    troubles,
)


def row(
    id_: str = "R012", plane: str = "plugin", status: str = "shown", tests: tuple[str, ...] = ("t::a",)
) -> Row:
    return Row(id=id_, plane=plane, text="Something.", status=status, tests=tests)


def others(*ids: str) -> list[Row]:
    """Rows of no interest, so that only the row under test can be in trouble."""
    return [row(id_, "operator", "later: the operator", ()) for id_ in sorted(REQUIRED - set(ids))]


class TestMarkers:
    def collected(self, tmp_path: Path, source: str) -> dict[str, tuple[str, ...]]:
        (tmp_path / "test_it.py").write_text("import pytest\n" + textwrap.dedent(source))
        return collect_markers(tmp_path, tmp_path)

    def test_of_a_function_a_class_and_a_module(self, tmp_path: Path) -> None:
        assert self.collected(
            tmp_path,
            """
            pytestmark = [pytest.mark.slow, pytest.mark.requirement("R001")]

            @pytest.mark.requirement("R002", "R003")
            async def test_a(): ...

            @pytest.mark.requirement("R004")
            class TestB:
                def test_c(self): ...
                def helper(self): ...
            """,
        ) == {
            "R001": ("test_it.py::test_a", "test_it.py::TestB::test_c"),
            "R002": ("test_it.py::test_a",),
            "R003": ("test_it.py::test_a",),
            "R004": ("test_it.py::TestB::test_c",),
        }

    def test_of_a_row_of_a_table(self, tmp_path: Path) -> None:
        source = """
            @pytest.mark.parametrize("x", [1, pytest.param(2, marks=[pytest.mark.requirement("R005")])])
            def test_a(x): ...
            """
        assert self.collected(tmp_path, source) == {"R005": ("test_it.py::test_a",)}

    def test_of_what_pytest_does_not_collect_do_not_count(self, tmp_path: Path) -> None:
        source = '@pytest.mark.requirement("R001")\ndef helper(): ...\n# @pytest.mark.requirement("R002")\n'
        assert self.collected(tmp_path, source) == {}


class TestTroubles:
    def trouble(self, *rows: Row, markers: dict[str, tuple[str, ...]] | None = None) -> list[str]:
        ids = {one.id for one in rows}
        return troubles([*rows, *others(*ids)], markers if markers is not None else {"R012": ("t::a",)})

    def test_none_when_rows_and_markers_agree(self) -> None:
        assert self.trouble(row()) == []

    def test_a_row_without_a_test(self) -> None:
        (text,) = self.trouble(row(tests=()), markers={})
        assert text.startswith("R012: says shown, but no test")

    def test_a_test_that_does_not_exist(self) -> None:
        (text,) = self.trouble(row(tests=("t::a", "t::gone")))
        assert "names t::gone" in text

    def test_a_test_that_is_left_out(self) -> None:
        (text,) = self.trouble(row(), markers={"R012": ("t::a", "t::new")})
        assert "leaves out t::new" in text

    def test_a_marker_without_a_row(self) -> None:
        (text,) = self.trouble(row(), markers={"R012": ("t::a",), "R999": ("t::b",)})
        assert text.startswith("R999: marked by t::b")

    def test_a_requirement_without_a_row(self) -> None:
        assert troubles(others("R064"), {}) == ["R064: has no row; add one"]

    def test_a_row_listed_twice(self) -> None:
        assert "R012: listed twice; keep one row" in self.trouble(row(), row())

    @pytest.mark.parametrize("plane", sorted(OURS))
    def test_our_planes_cannot_be_waved_away(self, plane: str) -> None:
        (text,) = self.trouble(row(plane=plane, status="not applicable: no time", tests=()), markers={})
        assert "status is 'not applicable: no time'" in text

    @pytest.mark.parametrize("status", ["", "done", "later", "Shown"])
    def test_a_status_of_no_known_kind(self, status: str) -> None:
        assert len(self.trouble(row(status=status, tests=()), markers={})) == 1

    @pytest.mark.parametrize(("plane", "status"), [("ci", "not applicable: why"), ("plugin", "later: what")])
    def test_a_row_with_a_reason_needs_no_test(self, plane: str, status: str) -> None:
        assert self.trouble(row(plane=plane, status=status, tests=()), markers={}) == []


class TestGuarantees:
    HEAD = "| guaranteed | limits | shown by |\n| --- | --- | --- |\n"

    def trouble(self, folder: Path, document: str) -> list[str]:
        (folder / "test_it.py").write_text("def test_a(): ...\nclass TestB:\n    def test_c(self): ...\n")
        return guarantee_troubles(document, folder)

    def test_none_when_every_test_exists(self, tmp_path: Path) -> None:
        row = "| Said. | - | `test_it.py::test_a`<br>`test_it.py::TestB::test_c` |\n"
        assert self.trouble(tmp_path, self.HEAD + row) == []

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("test_it.py::test_gone", "does not exist"),
            ("test_it.py::test_c", "does not exist"),
            ("test_it.py::TestB", "does not exist"),
            ("test_it.py::test_a[one]", "does not exist"),
            ("test_it.py", "does not exist"),
            ("test_gone.py::test_a", "no such file"),
            ("test_a", "no such file"),
        ],
    )
    def test_a_test_that_is_not_there(self, tmp_path: Path, name: str, said: str) -> None:
        (text,) = self.trouble(tmp_path, f"{self.HEAD}| Said. | - | `{name}` |\n")
        assert f"names {name}" in text
        assert said in text

    def test_one_that_is_named_outside_a_table(self, tmp_path: Path) -> None:
        row = "| Said. | - | `test_it.py::test_a` |\n"
        assert len(self.trouble(tmp_path, f"{self.HEAD}{row}\nSee `test_it.py::test_gone`.\n")) == 1

    @pytest.mark.parametrize("tests", ["", "-", "`make test`"])
    def test_a_guarantee_without_a_test(self, tmp_path: Path, tests: str) -> None:
        (text,) = self.trouble(tmp_path, f"{self.HEAD}| Said. | - | {tests} |\n")
        assert text.startswith("'Said.' names no test")

    def test_a_page_without_guarantees(self, tmp_path: Path) -> None:
        (text,) = self.trouble(tmp_path, "# Guarantees\n")
        assert text.startswith("has no row")


def test_writing_fills_the_tests_and_changes_nothing_else() -> None:
    document = f"# Title\n\n| R064 | not a row |\n{row(tests=('t::old',))}\n{row('R013', tests=())}\nend\n"
    written = filled(document, {"R012": ("t::new", "t::two")})
    assert written == document.replace("`t::old`", "`t::new`<br>`t::two`")
    assert filled(written, {"R012": ("t::new", "t::two")}) == written


def test_a_row_reads_back_as_it_was_written() -> None:
    assert read_rows(str(row(tests=("t::a", "t::b")))) == [row(tests=("t::a", "t::b"))]


def test_the_documents_agree_with_the_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_conformance.main([]) == 0, capsys.readouterr().err
