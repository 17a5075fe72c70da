"""Every rule refuses what it is for, at the place it is about, and nothing else is refused with it."""

from __future__ import annotations

import re

import pytest

from tests.plugin.plugin_contracts import expected, found, parse
from tests.plugin.rule_cases import CASES, Contract


@pytest.mark.requirement(
    "R037", "R043", "R048", "R049", "R050", "R053", "R058", "R060", "R063", "R065", "R066", "R068"
)
@pytest.mark.parametrize("contract", CASES.values(), ids=CASES.keys())
def test_contract_is_refused(contract: Contract) -> None:
    result = parse(contract)
    assert found(result) == expected(contract) != [], "\n".join(map(str, result.diagnostics))
    assert result.generation is None


@pytest.mark.parametrize("contract", CASES.values(), ids=CASES.keys())
def test_message_says_how_to_mend(contract: Contract) -> None:
    for diagnostic in parse(contract).diagnostics:
        assert re.search("[;,] |remove|give|keep|make", diagnostic.text)
        assert str(diagnostic).isprintable()
        assert len(diagnostic.text) < 400
