"""docs/samples-python.md: what the checker says of Temporal's samples is what the page lists and explains."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

import benchmarks.policy.samples
from benchmarks.policy.samples import VARIABLE, UnreachableError
from process_policy import RULES
from tests.policy.test_rule_pages import load_script

FLOW = """
import time
from temporalio import workflow
@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> float:
        return time.time()
"""


@pytest.fixture(name="script")
def fixture_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script over a page of its own."""
    module = load_script("check_samples")
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n| place | rule | found | explanation |\n| --- | --- | --- | --- |\n\nEnd.\n")
    monkeypatch.setattr(module, "PAGE", page)
    return module


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "flow.py").write_text(FLOW)
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_a_finding_is_listed_and_explained(
    script: ModuleType, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 1
    assert capsys.readouterr().err == "flow.py:8: DET001 is found, but page.md does not have it so\n"
    assert script.main(["--write"]) == 1
    assert capsys.readouterr().err == "flow.py:8: DET001 is not explained\n"
    text = script.PAGE.read_text().replace(script.UNEXPLAINED, "Real: it reads a clock.")
    assert "| `flow.py:8` | [DET001](policy/DET001.md) | `Flow.run` → `time.time` | Real: it reads" in text
    script.PAGE.write_text(text)
    assert script.main([]) == 0
    assert script.main(["--write"]) == 0
    assert script.PAGE.read_text() == text


def test_a_row_without_its_finding_is_said(
    script: ModuleType, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.main(["--write"])
    capsys.readouterr()
    (samples / "flow.py").write_text(FLOW.replace("time.time()", "1.0"))
    assert script.main([]) == 1
    assert "flow.py:8: DET001 is in page.md, but not found so\n" in capsys.readouterr().err
    script.main(["--write"])
    assert script.listed() == {}


def test_every_row_of_the_page_is_explained() -> None:
    rows = load_script("check_samples").listed()
    assert rows
    for row, why in rows.items():
        assert row.rule in RULES
        assert re.match(r"Real[:,] .+\.$", why), row


def test_the_samples_are_as_the_page_has_them(tmp_path: Path) -> None:
    try:
        checkout = benchmarks.policy.samples.samples(tmp_path / "samples")
    except UnreachableError as error:
        pytest.skip(str(error))
    assert load_script("check_samples").differences(checkout) == []


def test_a_checkout_that_is_not_there_is_said(
    script: ModuleType, samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(samples / "none"))
    assert script.main([]) == 2
    assert capsys.readouterr().err == f"SAMPLES_PYTHON: {samples / 'none'} is no folder\n"
