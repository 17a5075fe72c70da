"""What may stand in generated source."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protoc_gen_process.escape import LINE_LENGTH, comment, details, doc, literal
from protoc_gen_process.naming import DottedName, Identifier
from protoc_gen_process.templating import create_environment

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NASTY = [
    "",
    '"',
    "'",
    "\"'",
    "''\"",
    "\\",
    "\\'",
    '\\"',
    "\n\r\t\0",
    "é\u2028\u202e",
    "{{ x }}",
    '"""',
    "'\\",
]


def evaluate(source: str) -> Any:
    """Evaluate source in which nothing but `timedelta` may be called."""
    return eval(source, {"__builtins__": {}, "timedelta": timedelta})


@given(TEXTS)
@example("\\'\"")
def test_the_literal_of_a_text_is_that_text(text: str) -> None:
    source = literal(text)
    assert ast.literal_eval(source) == text
    assert source.isascii()
    assert source.isprintable()


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(TEXTS, max_size=3).map(tuple)
)
def test_the_literal_of_a_value_is_that_value(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@given(st.timedeltas())
@example(timedelta(0))
@example(timedelta(microseconds=1))
def test_the_literal_of_a_duration_is_that_duration(duration: timedelta) -> None:
    assert evaluate(literal(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (timedelta(seconds=30), "timedelta(seconds=30)"),
        (timedelta(hours=24), "timedelta(days=1)"),
        (timedelta(minutes=90), "timedelta(minutes=90)"),
        (timedelta(seconds=1.5), "timedelta(milliseconds=1500)"),
        (timedelta(0), "timedelta(0)"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_unit(duration: timedelta, expected: str) -> None:
    assert literal(duration) == expected


def test_literals_are_formatted_as_ruff_would(tmp_path: Path) -> None:
    source = "".join(f"{literal(text)}\n" for text in NASTY[1:])
    file = tmp_path / "literals.py"
    file.write_text(f"X = 1\n{source}")
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", file], check=True, capture_output=True
    )
    assert file.read_text() == f"X = 1\n{source}"


def test_there_is_no_literal_for_other_values() -> None:
    with pytest.raises(TypeError, match="no literal for object"):
        literal(object())


@given(TEXTS)
@example('"""')
@example("\\")
def test_documentation_stays_inside_its_docstring(text: str) -> None:
    escaped = doc(text)
    assert escaped.isprintable()
    module = ast.parse(f'"""About {escaped}"""')
    assert len(module.body) == 1
    assert ast.get_docstring(module, clean=False) == f"About {escaped}"


@given(TEXTS, st.integers(min_value=0, max_value=12))
@example("x" * 10_000, 8)
@example('first """\n\nsecond \\', 4)
def test_details_are_lines_of_a_docstring_that_fit(text: str, indent: int) -> None:
    written = details(text, indent)
    module = ast.parse(f'"""About.{written}"""')
    assert len(module.body) == 1
    for line in written.split("\n"):
        assert len(line) <= LINE_LENGTH
        assert not line or line.startswith(" " * indent)
        assert line == line.rstrip() or line.strip() == ""
    if written:
        assert written.startswith("\n\n")
        assert written.endswith("\n" + " " * indent)


@given(TEXTS)
def test_a_comment_is_one_line(text: str) -> None:
    assert ast.parse(f"# {comment(text)}").body == []


@pytest.mark.parametrize("value", ["text", True, 1.5, None, ("a",), b"x", Identifier("a") + "b"])
def test_a_value_that_no_filter_has_escaped_does_not_reach_the_output(value: object) -> None:
    template = create_environment().from_string("x = {{ value }}")
    with pytest.raises(TypeError, match="without an escaping filter"):
        template.render(value=value)


@pytest.mark.parametrize(
    "source", ["{{ 'constant' }}", "{{ a ~ a }}", "{{ a | upper }}", "{{ text | safe }}"]
)
def test_no_expression_of_a_template_makes_text_safe(source: str) -> None:
    template = create_environment().from_string(source)
    with pytest.raises(TypeError, match="without an escaping filter"):
        template.render(a=Identifier("a"), text="import os")


@pytest.mark.parametrize("value", [Identifier("name"), DottedName("a.b"), 42, literal("text")])
def test_names_numbers_and_escaped_text_reach_the_output(value: object) -> None:
    assert create_environment().from_string("{{ value }}").render(value=value) == str(value)


def test_an_undefined_name_in_a_template_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'missing' is undefined"):
        create_environment().from_string("{{ missing }}").render()
