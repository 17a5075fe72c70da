"""The event loop of worker and ingress: uvloop where it is installed, unless the settings say otherwise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from process_runtime.config import ConfigError, WorkerSettings, load_settings
from process_runtime.event_loop import event_loop_problems, loop_factory
from tests.runtime.ops.test_service import start

pytest.importorskip("uvloop")


@pytest.mark.parametrize(
    ("chosen", "module"), [("auto", "uvloop"), ("uvloop", "uvloop"), ("asyncio", "asyncio.unix_events")]
)
def test_a_program_runs_on_the_chosen_loop(tmp_path: Path, chosen: str, module: str) -> None:
    with start(tmp_path, "loop", EVENT_LOOP=chosen) as child:
        assert child.exit_code() == 0
        assert f"runs on {module}" in child.text()


class TestWithoutUvloop:
    @pytest.fixture(autouse=True)
    def without_uvloop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "uvloop", None)  # what makes an import fail
        monkeypatch.setattr("process_runtime.event_loop.find_spec", lambda _: None)
        monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal:7233")

    def test_auto_is_what_python_has(self) -> None:
        assert event_loop_problems("auto") == []
        loop = loop_factory("auto")()
        assert type(loop).__module__.startswith("asyncio")
        loop.close()

    def test_asking_for_it_is_one_problem_that_says_how_to_mend_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EVENT_LOOP", "uvloop")
        with pytest.raises(ConfigError) as caught:
            load_settings(WorkerSettings)
        (problem,) = caught.value.problems
        assert problem.startswith("EVENT_LOOP: uvloop is not installed; pip install")
