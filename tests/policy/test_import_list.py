"""Which imports workflow modules may have, in projects that say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_policy import Config, check_paths

FLOW = """
from temporalio import workflow
{statement}
@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None:
        {body}
"""


def found(folder: Path, statement: str, *allowed: str, body: str = "...") -> list[str]:
    (folder / "flow.py").write_text(FLOW.format(statement=statement, body=body))
    config = Config(root=folder, select=("IMP",), allow_imports=allowed)
    return [finding.trace[-1] for finding in check_paths([folder / "flow.py"], config=config)]


@pytest.mark.requirement("R129")
@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("import requests", ["requests"]),
        ("import requests.auth as auth", ["requests.auth"]),
        ("from shop import prices, orders", ["shop"]),
        ("from shop.prices import *", ["shop.prices"]),
        ("import json, shop", ["shop"]),
        ("import subprocess", ["subprocess"]),
        ("from temporalio import activity", ["temporalio"]),
        ("from temporalio.client import Client", ["temporalio.client"]),
        ("with workflow.unsafe.imports_passed_through():\n    import shop", ["shop"]),
        ("try:\n    import shop\nexcept ImportError:\n    import store", ["shop", "store"]),
    ],
)
def test_what_is_not_on_the_list_is_found(tmp_path: Path, statement: str, names: list[str]) -> None:
    assert found(tmp_path, statement) == names


@pytest.mark.requirement("R129")
def test_an_import_inside_of_a_function_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "", body="import shop") == ["shop"]


@pytest.mark.requirement("R129")
@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import shop", "shop"),
        ("import shop.prices", "shop"),
        ("from shop import prices", "shop.prices"),
        ("from shop import prices", "shop"),
        ("from shop.prices import Price", "shop.prices.Price"),
        ("from shop.v1 import prices_pb2", "unused"),
        ("from shop_pb2 import Price", "unused"),
        ("import stores", "st*s"),
        ("import json, dataclasses, datetime", "unused"),
        ("import time", "unused"),
        ("from pathlib import PurePath", "unused"),
        ("from __future__ import annotations", "unused"),
        ("from . import prices", "unused"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop", "unused"),
    ],
)
def test_what_is_on_the_list_is_not(tmp_path: Path, statement: str, allowed: str) -> None:
    assert found(tmp_path, statement, allowed) == []


@pytest.mark.requirement("R129")
def test_modules_that_workflow_code_reaches_are_held_to_the_list_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import requests\ndef price() -> int:\n    return 1\n")
    (tmp_path / "acts.py").write_text(
        "import requests\nfrom temporalio import activity\n@activity.defn\ndef ship() -> None: ...\n"
    )
    assert found(tmp_path, "from helper import price", "helper", body="price()") == ["requests"]
    assert found(tmp_path, "from acts import ship", "acts", body="print(ship)") == []


def test_without_a_list_imports_are_not_checked(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(FLOW.format(statement="import requests", body="..."))
    assert check_paths([tmp_path / "flow.py"], config=Config(root=tmp_path, select=("IMP",))) == []
