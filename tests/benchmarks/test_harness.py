"""The harness: what a figure says, what a child process is charged, the command line. No time is judged."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import generate
from benchmarks.harness import BenchmarkError, Figure, measure, median_ratio, report


def run_child(tmp_path: Path, code: str) -> tuple[float, bytes]:
    out = tmp_path / "out"
    source = tmp_path / "in"
    source.write_bytes(b"given")
    usage = measure([sys.executable, "-c", code], stdin=source, stdout=out, environment=os.environ)
    assert usage.wall > 0
    assert usage.cpu > 0
    return usage.memory, out.read_bytes()


class TestFigure:
    @pytest.mark.parametrize(
        ("value", "bound", "holds"),
        [(1.0, 1.3, True), (1.3, 1.3, True), (1.31, 1.3, False), (99.0, None, True)],
    )
    def test_holds_up_to_its_bound(self, value: float, bound: float | None, holds: bool) -> None:
        assert Figure(figure="a", value=value, unit="x", bound=bound).holds is holds

    @pytest.mark.parametrize(("value", "holds"), [(1.29, False), (1.3, True), (1.4, True)])
    def test_holds_from_its_bound_where_that_is_the_least(self, value: float, holds: bool) -> None:
        assert Figure(figure="a", value=value, unit="x", bound=1.3, at_least=True).holds is holds

    def test_is_one_line_of_json_with_the_five_keys(self) -> None:
        line = Figure(figure="generate.memory", value=12.34567, unit="MB", bound=300.0).to_json()
        assert "\n" not in line
        assert json.loads(line) == {
            "figure": "generate.memory",
            "value": 12.3457,
            "unit": "MB",
            "bound": 300.0,
            "holds": True,
        }

    def test_reports_for_machines_and_people_apart(self) -> None:
        machines, people = io.StringIO(), io.StringIO()
        figures = [
            Figure(figure="a.b", value=2.0, unit="x", bound=1.0),
            Figure(figure="a.longer", value=1.0, unit="s"),
        ]
        report(figures, machines=machines, people=people)
        assert [json.loads(line)["figure"] for line in machines.getvalue().splitlines()] == [
            "a.b",
            "a.longer",
        ]
        assert "DOES NOT HOLD" in people.getvalue()


class TestMeasure:
    def test_hands_over_the_files(self, tmp_path: Path) -> None:
        assert run_child(tmp_path, "import sys; print(sys.stdin.read() * 2, end='')")[1] == b"givengiven"

    def test_counts_the_memory_of_the_child(self, tmp_path: Path) -> None:
        some, _ = run_child(tmp_path, "x = b'x' * 300_000_000")
        more, _ = run_child(tmp_path, "x = b'x' * 350_000_000")
        assert 45 < more - some < 55

    def test_a_failing_child_is_an_error_with_its_exit_code(self, tmp_path: Path) -> None:
        with pytest.raises(BenchmarkError, match="exit code 3"):
            run_child(tmp_path, "raise SystemExit(3)")


def test_the_ratio_is_of_pairs_so_one_slow_round_does_not_count() -> None:
    assert median_ratio([1.2, 12.0, 1.3], [1.0, 10.0, 1.0]) == pytest.approx(1.2)


class TestCommand:
    def test_an_unknown_name_is_refused_with_those_there_are(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as stop:
            command.main(["generte"])
        assert stop.value.code == 2
        assert "no benchmark named generte; there are generate" in capsys.readouterr().err

    @pytest.mark.parametrize(("value", "code"), [(1.0, 0), (2.0, 1)])
    def test_exits_1_when_a_bound_does_not_hold(
        self, monkeypatch: pytest.MonkeyPatch, value: float, code: int
    ) -> None:
        figure = Figure(figure="a", value=value, unit="x", bound=1.5)
        monkeypatch.setattr(generate, "run", lambda *, quick: [figure])
        assert command.main(["generate"]) == code

    def test_exits_2_when_it_could_not_be_run(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def broken(*, quick: bool) -> list[Figure]:
            raise BenchmarkError("no plugin")

        monkeypatch.setattr(generate, "run", broken)
        assert command.main(["generate"]) == 2
        assert "generate: no plugin" in capsys.readouterr().err


def test_generate_measures_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["generate", "--quick"])  # its bounds are not judged at this size
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    bounded = {figure["figure"] for figure in figures if figure["bound"] is not None}
    assert bounded == {
        "generate.one_process",
        "generate.further_process",
        "generate.linearity",
        "generate.memory",
    }
    assert all(figure.keys() == {"figure", "value", "unit", "bound", "holds"} for figure in figures)


@pytest.mark.parametrize(
    ("name", "bounded"),
    [
        pytest.param(
            "ingress",
            {
                "ingress.messages.against_naive",
                "ingress.messages.against_tuned",
                "ingress.messages.single.against_tuned",
                "ingress.messages.against_flood",
                "ingress.orders.against_naive",
                "ingress.orders.against_tuned",
                "ingress.orders_levers.against_tuned",
                "ingress.orders_one_process.against_tuned",
                "ingress.memory.peak",
                "ingress.memory.growth",
                "ingress.restart.first_delivery",
                "ingress.restart.applied_twice",
            },
            marks=pytest.mark.xdist_group("kafka"),
        ),
        (
            "runtime",
            {
                "runtime.orders_local.against_default",
                "runtime.orders_local.against_tuned",
                "runtime.instance_in_sandbox",
                "runtime.tasks_per_order",
                "runtime.events_per_order",
                "runtime.carried.size",
                "runtime.carried.hand_over",
            },
        ),
        (
            "soak",
            {
                "soak.time_per_event.growth",
                "soak.memory.growth",
                "soak.history_length.growth",
                "soak.carried.growth",
            },
        ),
    ],
)
def test_a_benchmark_with_workers_measures_every_figure(
    capsys: pytest.CaptureFixture[str], name: str, bounded: set[str]
) -> None:
    command.main([name, "--quick"])  # its bounds are not judged at this size
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {figure["figure"] for figure in figures if figure["bound"] is not None} == bounded


@pytest.mark.xdist_group("kafka")
def test_levers_measures_what_each_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["levers", "--quick"]) == 0
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = ["levers.eager_start", "levers.orders.one_process", "levers.orders.eager_start"]
    assert [figure["figure"] for figure in figures] == names


def test_a_request_that_the_plugin_refuses_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    incomplete = generate.contract().replace("  api_minor: 0\n", "")
    monkeypatch.setattr(generate, "contract", lambda: incomplete)
    with pytest.raises(BenchmarkError, match=r"the plugin refused its request.*api_minor"):
        generate.run(quick=True)
