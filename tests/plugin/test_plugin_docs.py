"""The tables in docs/ are complete: a row for every rule and option field, each with a test that exists."""

from __future__ import annotations

import ast
import re

import pytest
from ameide_core_proto.common.v1 import eventing_pb2
from process.v1 import process_options_pb2

from protoc_gen_process.rules import CATALOGUE
from tests.plugin.plugin_contracts import ROOT, expected
from tests.plugin.rule_cases import CASES

# Rules about plugin options and about descriptors that protoc would not write have tests of their own.
_ELSEWHERE = {"PGP001", "PGP002", "PGP003", "PGP004", "PGP005", "PGP006", "PGP009"}


def rows(name: str) -> list[list[str]]:
    """Return the cells of the rows of the tables in a page, headings left out."""
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if line.startswith("|")
    ]
    return [row for row in cells if not set(row[0]) <= {"-"} and row[0] not in ("rule", "field")]


def named_tests_and_cases() -> set[str]:
    """The names of the tests of the plugin, and of the refused contracts."""
    names = {f"`{case}`" for case in CASES}
    for path in (ROOT / "tests" / "plugin").glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {f"`{node.name}`" for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return names


def test_every_rule_has_a_contract_that_breaks_it() -> None:
    broken = {line.split()[-1] for contract in CASES.values() for line in expected(contract)}
    assert broken == set(CATALOGUE) - _ELSEWHERE


def test_every_rule_has_its_row_in_order() -> None:
    assert [(row[0], row[1]) for row in rows("rules.md")] == [
        (rule_id, rule.summary) for rule_id, rule in sorted(CATALOGUE.items())
    ]


def test_every_option_field_has_its_row() -> None:
    fields = [
        f"{descriptor.name}.{field.name}"
        for module in (process_options_pb2, eventing_pb2)
        for descriptor in module.DESCRIPTOR.message_types_by_name.values()
        for field in descriptor.fields
    ]
    assert sorted(row[0].strip("`") for row in rows("options.md")) == sorted(fields)


@pytest.mark.parametrize("page", ["rules.md", "options.md"])
def test_every_row_names_rules_and_tests_that_exist(page: str) -> None:
    known = named_tests_and_cases()
    for row in rows(page):
        assert row[-1], row
        assert set(re.findall(r"`[^`]+`", row[-1])) <= known, row
        assert set(re.findall(r"PGP\d{3}", " ".join(row))) <= set(CATALOGUE), row
