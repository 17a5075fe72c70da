"""docs/breaking.md has every rule as it is, and says for every option which rules tell a change of it."""

from __future__ import annotations

import re

from ameide_core_proto.common.v1 import eventing_pb2
from process.v1 import process_options_pb2

from processctl.breaking.catalogue import RULES
from tests.plugin.plugin_contracts import ROOT

PAGE = (ROOT / "docs" / "breaking.md").read_text(encoding="utf-8")
OF_VERSIONS = {"API_MAJOR_NOT_RAISED", "API_MINOR_NOT_RAISED", "API_LOWERED"}


def rows(columns: int) -> list[list[str]]:
    """Return the rows of the tables with so many columns."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("|")
    ]
    return [row for row in cells if len(row) == columns]


def test_every_rule_has_its_row_and_no_other_does() -> None:
    shown = [row for row in rows(5) if row[0].isupper()]
    assert shown == [
        [rule.name, rule.kind.value, rule.rise.name.lower(), rule.reason, rule.mend] for rule in RULES
    ]


def test_every_option_says_which_rules_tell_a_change_of_it() -> None:
    fields = {
        f"`{descriptor.name}.{field.name}`"
        for module in (process_options_pb2, eventing_pb2)
        for descriptor in module.DESCRIPTOR.message_types_by_name.values()
        for field in descriptor.fields
    }
    options = {row[0]: row[1] for row in rows(2) if row[0] in fields}
    assert options.keys() == fields
    named = [set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text)) for text in options.values()]
    assert all(named[i] or "refused" in text for i, text in enumerate(options.values()))
    assert set().union(*named) <= {rule.name for rule in RULES} | OF_VERSIONS


def test_every_rule_says_what_it_means_in_one_sentence_and_what_is_not_safe_how_to_mend_it() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[A-Z].*[^.]\.", rule.reason), rule.name
        assert ". " not in rule.reason, rule.name
        assert rule.mend or rule.kind.value == "safe", rule.name
        assert not rule.mend.endswith("."), rule.name
