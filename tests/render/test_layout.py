"""Layout of generated source, rule by rule; that ruff agrees is seen over the golden trees."""

from __future__ import annotations

import pytest

from protoc_gen_process.escape import comment, doc, literal
from protoc_gen_process.layout import IMPORTS_MARK, FileScope, ModuleNames, finish
from protoc_gen_process.model import MessageType
from protoc_gen_process.naming import DottedName


def message(module: str, path: str = "Event") -> MessageType:
    return MessageType(full_name=f"x.{path}", module=DottedName(module), path=DottedName(path))


def laid_out(text: str) -> str:
    return finish(text, FileScope(ModuleNames(())), ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("def f(\n    a: int,\n) -> None:", "def f(a: int) -> None:", id="parameters"),
        pytest.param("f(\n    a,\n    b,\n)", "f(a, b)", id="arguments"),
        pytest.param("x = (\n    a,\n)", "x = (a,)", id="tuple of one"),
        pytest.param("f(\n    x=(\n        a,\n    ),\n)", "f(x=(a,))", id="tuple of one as an argument"),
        pytest.param("x = (\n    a,\n    b,\n)", "x = (a, b)", id="tuple of two"),
        pytest.param("x = (\n)", "x = ()", id="empty tuple"),
        pytest.param("x = (\n    f()\n)", "x = f()", id="parentheses around an expression"),
        pytest.param("x = [\n    a,\n]", "x = [a]", id="list"),
        pytest.param(
            "f(\n    g(a),\n    g(b),\n)", "f(\n    g(a),\n    g(b),\n)", id="calls stay one a line"
        ),
        pytest.param("x = {\n    1: 2,\n}", "x = {\n    1: 2,\n}", id="dictionaries stay"),
        pytest.param('"""\n(\n    a,\n)\n"""', '"""\n(\n    a,\n)\n"""', id="not in docstrings"),
        pytest.param("# (\n#   a,\n# )", "# (\n#   a,\n# )", id="not in comments"),
    ],
)
def test_what_fits_stands_on_one_line(written: str, expected: str) -> None:
    assert laid_out(written) == expected


@pytest.mark.parametrize(("width", "lines"), [(110, 1), (111, 3)])
def test_a_line_has_up_to_110_columns(width: int, lines: int) -> None:
    argument = "a" * (width - len("f()"))
    assert len(laid_out(f"f(\n    {argument},\n)").splitlines()) == lines


def test_a_line_that_cannot_be_shorter_is_exempted_from_its_rule() -> None:
    assert laid_out(f"# header\nx = '{'a ' * 60}'").splitlines()[1] == "# ruff: noqa: E501"


def test_imports_are_sorted_into_sections_as_they_are_used() -> None:
    scope = FileScope(ModuleNames(["b.v1.events_pb2", "a.v1.one_pb2", "a.v1.unused_pb2"]))
    scope.type(message("b.v1.events_pb2"))
    scope.type(message("a.v1.one_pb2"))
    text = "\n".join(
        [
            '"""Doc."""',
            "",
            "import sys",
            "from own.contract import CONTRACT",
            IMPORTS_MARK,
            "from temporalio import workflow",
            "from own.contract import b, Key, A10, A9",
            "",
            "x = 1",
        ]
    )
    assert finish(text, scope, {"own"}).splitlines()[2:-2] == [
        "import sys",
        "",
        "from a.v1 import one_pb2",
        "from b.v1 import events_pb2",
        "from temporalio import workflow",
        "",
        "from own.contract import A9, A10, CONTRACT, Key, b",
    ]


def test_modules_of_one_base_name_are_told_apart() -> None:
    names = ModuleNames(["a.v1.events_pb2", "a_v1.events_pb2", "b.other_pb2", "top_pb2"])
    scope = FileScope(names)
    used = [
        scope.type(message(module))
        for module in ("a.v1.events_pb2", "a_v1.events_pb2", "b.other_pb2", "top_pb2")
    ]
    assert len(set(used)) == 4
    assert used[2:] == ["other_pb2.Event", "top_pb2.Event"]
    namespace = {statement.rpartition(" ")[2] for statement in scope.statements()}
    assert namespace == {name.partition(".")[0] for name in used}


def test_the_mark_of_imports_cannot_be_written_by_a_contract() -> None:
    for escaped in (doc, comment, literal):
        assert IMPORTS_MARK not in escaped(IMPORTS_MARK)
