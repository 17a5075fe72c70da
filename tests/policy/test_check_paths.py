"""What the checker says about whole files: traces, helpers in other files, exceptions, and refusals."""

from __future__ import annotations

import ast
import importlib
import textwrap
from pathlib import Path

import pytest

from process_policy import RULES, Finding, PolicyError, check_paths


def write(folder: Path, **files: str) -> Path:
    """Files by module name; `a__in__b` is `a/b.py`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__in__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


WORKFLOW = """
    from temporalio import workflow
    from {module} import {name}
    @workflow.defn
    class Flow:
        @workflow.run
        async def run(self) -> float:
            return {call}()
"""
CLOCK = """
    import time
    def stamp() -> float:
        return time.time()
"""
BODY = """
    import random, time
    from temporalio import workflow
    @workflow.defn
    class Flow:
        @workflow.run
        async def run(self) -> None:
"""


def run_body(tmp_path: Path, body: str) -> list[Finding]:
    write(tmp_path, flow=textwrap.dedent(BODY) + textwrap.indent(textwrap.dedent(body), "        "))
    return check_paths([tmp_path])


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


class TestTrace:
    def test_names_the_way_from_the_entry_to_the_thing(self, tmp_path: Path) -> None:
        write(tmp_path, flow=WORKFLOW.format(module="helpers", name="stamp", call="stamp"), helpers=CLOCK)
        (finding,) = check_paths([tmp_path])
        assert finding.trace == ("Flow.run", "helpers.stamp", "time.time")
        assert finding.function == "stamp"
        assert finding.path == tmp_path / "helpers.py"
        assert (finding.line, finding.column) == (4, 12)

    def test_reads_as_one_line_for_people(self, tmp_path: Path) -> None:
        write(tmp_path, flow=WORKFLOW.format(module="helpers", name="stamp", call="stamp"), helpers=CLOCK)
        (finding,) = check_paths([tmp_path])
        assert str(finding) == (
            f"{tmp_path / 'helpers.py'}:4:12: DET001 `time.time` reads a clock of the host; "
            "use workflow.now() or workflow.time() (Flow.run -> helpers.stamp -> time.time)"
        )

    def test_is_the_shortest_way(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            flow="""
                import time
                from temporalio import workflow
                def far() -> float:
                    return near()
                def near() -> float:
                    return time.time()
                @workflow.defn
                class Flow:
                    @workflow.run
                    async def run(self) -> float:
                        return far() + near()
            """,
        )
        assert [finding.trace for finding in check_paths([tmp_path])] == [("Flow.run", "near", "time.time")]


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("module", "name", "call"),
        [
            ("processes.order.helpers", "stamp", "stamp"),
            ("processes.order.helpers", "stamp as s", "s"),
            ("processes.order", "helpers", "helpers.stamp"),
            (".helpers", "stamp", "stamp"),
            (".", "helpers", "helpers.stamp"),
            ("..order.helpers", "stamp", "stamp"),
        ],
    )
    def test_a_helper_is_found_through_every_way_of_importing_it(
        self, tmp_path: Path, module: str, name: str, call: str
    ) -> None:
        files = {
            "processes__in__order__in__flow": WORKFLOW.format(module=module, name=name, call=call),
            "processes__in__order__in__helpers": CLOCK,
        }
        assert rules(check_paths([write(tmp_path, **files)])) == ["DET001"]

    @pytest.mark.parametrize(
        ("statement", "base"),
        [
            ("from order.workflow import OrderProcess", "OrderProcess"),
            ("import order.workflow as generated", "generated.OrderProcess"),
            ("import order.workflow", "order.workflow.OrderProcess"),
        ],
    )
    def test_a_human_package_named_like_the_generated_one_does_not_hide_it(
        self, tmp_path: Path, statement: str, base: str
    ) -> None:
        flow = f"""
            import time
            {statement}
            class Order({base}):
                async def run(self, start: object) -> None:
                    time.sleep(1)
        """
        files = {"processes__in__order__in____init__": "", "processes__in__order__in__flow": flow}
        assert rules(check_paths([write(tmp_path, **files)])) == ["DET002"]

    @pytest.mark.parametrize("has_init", [False, True])
    def test_a_helper_is_found_through_its_package(self, tmp_path: Path, has_init: bool) -> None:
        flow = """
            import processes.order.helpers
            from temporalio import workflow
            @workflow.defn
            class Flow:
                @workflow.run
                async def run(self) -> float:
                    return processes.order.helpers.stamp()
        """
        files = {"processes__in__order__in__flow": flow, "processes__in__order__in__helpers": CLOCK}
        if has_init:
            files |= {"processes__in____init__": "", "processes__in__order__in____init__": ""}
        assert rules(check_paths([write(tmp_path, **files)])) == ["DET001"]

    def test_a_helper_that_is_not_given_is_read_when_it_is_imported(self, tmp_path: Path) -> None:
        write(tmp_path, flow=WORKFLOW.format(module="helpers", name="stamp", call="stamp"), helpers=CLOCK)
        (finding,) = check_paths([tmp_path / "flow.py"])
        assert finding.path == tmp_path / "helpers.py"
        assert finding.to_json()["trace"] == ["Flow.run", "helpers.stamp", "time.time"]

    def test_an_imported_file_that_is_broken_stays_unknown(self, tmp_path: Path) -> None:
        write(tmp_path, flow=WORKFLOW.format(module="helpers", name="stamp", call="stamp"), helpers="def (:")
        assert check_paths([tmp_path / "flow.py"]) == []

    def test_a_file_named_like_a_standard_module_does_not_hide_it(self, tmp_path: Path) -> None:
        files = {
            "flow": WORKFLOW.format(module="time", name="time", call="time"),
            "time": "def time(): return 1",
        }
        assert rules(check_paths([write(tmp_path, **files)])) == ["DET001"]

    @pytest.mark.parametrize("folder", [".venv", "__pycache__"])
    def test_what_tools_keep_in_a_folder_is_not_read(self, tmp_path: Path, folder: str) -> None:
        write(tmp_path, flow=WORKFLOW.format(module="helpers", name="stamp", call="stamp"))
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "broken.py").write_text("def (:")
        assert check_paths([tmp_path]) == []

    def test_a_constant_of_another_file(self, tmp_path: Path) -> None:
        files = {
            "flow": WORKFLOW.format(module="settings", name="REGION", call="REGION.upper"),
            "settings": "import os\nREGION = os.environ['REGION']",
        }
        assert rules(check_paths([write(tmp_path, **files)])) == ["DET005"]

    def test_two_files_that_import_from_each_other(self, tmp_path: Path) -> None:
        files = {
            "flow": WORKFLOW.format(module="a", name="stamp", call="stamp"),
            "a": "from b import stamp",
            "b": "from a import stamp",
        }
        assert check_paths([write(tmp_path, **files)]) == []


class TestIgnores:
    def test_a_comment_with_rule_and_reason_excepts_its_line(self, tmp_path: Path) -> None:
        found = run_body(tmp_path, "time.time()  # policy: ignore[DET001] only shown in a log line")
        assert found == []

    def test_a_comment_of_its_own_excepts_the_next_line_of_code(self, tmp_path: Path) -> None:
        found = run_body(
            tmp_path, "# policy: ignore[DET001] only shown in a log line\n# more words\n\ntime.time()"
        )
        assert found == []

    def test_one_comment_may_name_several_rules(self, tmp_path: Path) -> None:
        found = run_body(tmp_path, "time.sleep(random.random())  # policy: ignore[DET002, DET003] a drill")
        assert found == []

    def test_another_rule_on_the_line_is_still_found(self, tmp_path: Path) -> None:
        found = run_body(tmp_path, "time.sleep(random.random())  # policy: ignore[DET002] a drill")
        assert rules(found) == ["DET003"]

    @pytest.mark.parametrize(
        "comment",
        ["ignore[DET001]", "ignore", "ignore some reason", "ignore[] reason", "ignore[DET999] reason"],
    )
    def test_a_comment_without_rule_or_reason_excepts_nothing_and_is_found(
        self, tmp_path: Path, comment: str
    ) -> None:
        assert sorted(rules(run_body(tmp_path, f"time.time()  # policy: {comment}"))) == ["DET001", "POL001"]

    def test_a_comment_that_excepts_nothing_is_found(self, tmp_path: Path) -> None:
        assert rules(run_body(tmp_path, "pass  # policy: ignore[DET001] not needed any more")) == ["POL002"]

    def test_words_in_a_string_are_no_comment(self, tmp_path: Path) -> None:
        assert rules(run_body(tmp_path, "time.sleep('# policy: ignore[DET002] x')")) == ["DET002"]


class TestRefusals:
    def refused(self, *paths: Path) -> str:
        with pytest.raises(PolicyError) as caught:
            check_paths(paths)
        return str(caught.value)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert "no such file or folder" in self.refused(tmp_path / "absent.py")

    def test_no_path_at_all(self) -> None:
        assert "nothing to check" in self.refused()

    def test_a_folder_without_python(self, tmp_path: Path) -> None:
        assert "no Python file" in self.refused(tmp_path)

    def test_invalid_python_names_the_place(self, tmp_path: Path) -> None:
        path = write(tmp_path, flow="def (:\n") / "flow.py"
        assert self.refused(path).startswith(f"{path}:1:5: not valid Python")

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"x = '\0'"])
    def test_a_file_that_is_no_text(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "flow.py"
        path.write_bytes(content)
        assert str(path) in self.refused(path)

    @pytest.mark.parametrize("text", [f"x = {'-' * 100_000}1", f"x = {'1 + ' * 5_000}1"])
    def test_code_nested_too_deeply(self, tmp_path: Path, text: str) -> None:
        path = write(tmp_path, flow=text) / "flow.py"
        assert str(path) in self.refused(path)

    @pytest.mark.requirement("R092")
    def test_files_without_a_workflow_do_not_pass_as_clean(self, tmp_path: Path) -> None:
        assert "no workflow found" in self.refused(write(tmp_path, helpers=CLOCK))

    def test_files_without_a_workflow_pass_when_that_is_said(self, tmp_path: Path) -> None:
        assert check_paths([write(tmp_path, helpers=CLOCK)], require_workflow=False) == []


def test_checked_code_is_never_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    files = {"flow": WORKFLOW.format(module="helpers", name="stamp", call="stamp"), "helpers": CLOCK}
    for name, text in files.items():
        files[name] = textwrap.dedent(text) + f"\nopen({str(marker)!r}, 'w').close()\n"
    check_paths([write(tmp_path, **files)])
    assert not marker.exists()


@pytest.mark.parametrize(
    "module", ["ast", "asyncio.base_events", "dataclasses", "inspect", "logging", "typing"]
)
def test_real_code_of_every_shape_is_walked(tmp_path: Path, module: str) -> None:
    """Syntax that no snippet thought of must not end the check: everything of a module is reached here."""
    source = Path(importlib.import_module(module).__file__ or "").read_text()
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = [node.name for node in ast.parse(source).body if isinstance(node, definitions)]
    flow = f"""
        from temporalio import workflow
        @workflow.defn
        class ZFlow:
            @workflow.run
            async def run(self) -> object:
                return [{", ".join(names)}]
    """
    write(tmp_path, flow=f"{source}\n{textwrap.dedent(flow)}")
    traces = [finding.trace for finding in check_paths([tmp_path])]
    assert all(trace[0].startswith("ZFlow") for trace in traces)


def test_findings_are_ordered_and_not_repeated(tmp_path: Path) -> None:
    found = run_body(tmp_path, "time.sleep(1)\ntime.time()\nrandom.random()")
    assert (
        rules(check_paths([tmp_path, tmp_path / "flow.py"])) == rules(found) == ["DET002", "DET001", "DET003"]
    )


def test_every_rule_says_why_and_how_to_mend_it() -> None:
    for rule in RULES.values():
        assert rule.title
        assert rule.why.endswith(".")
        assert rule.mend
