"""What generated tests check of the source of people's workflow code."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from process_runtime.contract import ProcessContract
from process_runtime.testing import assert_determinism_policy, assert_import_policy
from tests.runtime.workflow.ledger.contract import CONTRACT

GOOD = """
import json
import time
from datetime import timedelta

from billing.activities import BillingActivityStubs
from billing.contract import BillingKey
from billing.v1 import billing_pb2
from billing.workflow import BillingProcess
from process_runtime.workflow import EventMeta
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from processes_of_mine.billing import prices


class Billing(BillingProcess):
    async def run(self, start):
        return prices.total(start)
"""
RUN = "        return prices.total(start)\n"

People = Callable[..., ProcessContract]


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> People:
    """Writes people's modules and returns the contract that names them."""
    monkeypatch.syspath_prepend(tmp_path)
    top = f"processes_{abs(hash(request.node.name))}"

    def write(workflow: str = GOOD, *, prices: str = "", settings: str = "") -> ProcessContract:
        folder = tmp_path / top / "billing"
        folder.mkdir(parents=True)
        files = {
            "__init__.py": "",
            "workflow_impl.py": workflow,
            "prices.py": f"{prices}\ndef total(start):\n    return 1\n",
            "activities_impl.py": "import sqlite3\n",
        }
        for name, content in files.items():
            (folder / name).write_text(content.replace("processes_of_mine", top))
        (tmp_path / "pyproject.toml").write_text(f"[tool.process-policy]\n{settings}\n")
        importlib.invalidate_caches()
        return dataclasses.replace(CONTRACT, impl_module=f"{top}.billing.workflow_impl")

    return write


def refused(contract: ProcessContract) -> str:
    with pytest.raises(pytest.fail.Exception) as failure:
        assert_import_policy(contract, "billing")
    return str(failure.value)


@pytest.mark.requirement("R004", "R129")
def test_what_workflow_code_is_made_of_may_be_imported(people: People) -> None:
    assert_import_policy(people(), "billing")


@pytest.mark.requirement("R008", "R009", "R129")
@pytest.mark.parametrize(
    "line",
    [
        "from temporalio.client import Client",
        "from temporalio import client",
        "import temporalio.worker",
        "import sqlite3",
        "import os",
        "from pathlib import Path",
        "from billing.client import BillingClient",
        "from processes_of_mine.billing.activities_impl import BillingActivitiesImpl",
        "from processes_of_mine import shared",
    ],
)
def test_anything_else_may_not(people: People, line: str) -> None:
    assert "workflow_impl.py:2:1: IMP001" in refused(people(f"\n{line}{GOOD}"))


@pytest.mark.requirement("R129")
def test_modules_that_workflow_code_calls_are_held_to_it_too(people: People) -> None:
    assert "prices.py:1:1: IMP001" in refused(people(prices="import sqlite3"))


@pytest.mark.requirement("R129")
def test_an_entry_in_pyproject_allows_more(people: People) -> None:
    contract = people(f"import sqlite3{GOOD}", settings='allow-imports = ["sqlite3"]\nignore = ["IMP"]')
    assert_import_policy(contract, "billing")
    assert_determinism_policy(contract)


@pytest.mark.requirement("R003")
def test_what_a_replay_does_not_repeat_is_found_with_the_way_to_it(people: People) -> None:
    clock = "import time\n\ndef stamp():\n    return time.time()\n"
    contract = people(GOOD.replace("prices.total", "prices.stamp"), prices=clock)
    with pytest.raises(pytest.fail.Exception, match=r"prices\.py:4:.*DET001.*run -> .*stamp -> time\.time"):
        assert_determinism_policy(contract)


def test_what_the_project_ignores_is_no_finding(people: People) -> None:
    clock = GOOD.replace(RUN, f"        time.time()\n{RUN}")
    assert_determinism_policy(people(clock, settings='ignore = ["DET001"]'))


def test_settings_that_cannot_be_read_are_a_failure(people: People) -> None:
    with pytest.raises(pytest.fail.Exception, match="unknown rule NOPE"):
        assert_determinism_policy(people(settings='ignore = ["NOPE"]'))


def test_a_missing_module_is_a_failure_with_what_to_do() -> None:
    contract = dataclasses.replace(CONTRACT, impl_module="no_such_package.workflow_impl")
    for check in (assert_determinism_policy, lambda contract: assert_import_policy(contract, "billing")):
        with pytest.raises(pytest.fail.Exception, match="`processctl scaffold`"):
            check(contract)
