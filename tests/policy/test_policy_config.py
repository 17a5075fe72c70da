"""`[tool.process-policy]`: which findings a project sees, and what is said of one that is wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from process_policy import Config, Finding, PolicyError, check_paths, find_config, load_config

FLOW = textwrap.dedent("""
    import random, time
    from temporalio import workflow
    @workflow.defn
    class Flow:
        @workflow.run
        async def run(self) -> float:
            return time.time() + random.random()
""")


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    """Workflow code with a finding of DET001 and one of DET003."""
    path = tmp_path / "app" / "flows" / "flow.py"
    path.parent.mkdir(parents=True)
    path.write_text(FLOW)
    return path


def configure(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text("[tool.process-policy]\n" + text)
    return path


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def found(flow: Path, text: str) -> list[str]:
    root = flow.parents[2]
    return rules(
        check_paths([flow.parents[1]], require_workflow=False, config=load_config(configure(root, text)))
    )


class TestRules:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["DET001", "DET003"]),
            ("select = ['DET001']", ["DET001"]),
            ("select = ['DET']", ["DET001", "DET003"]),
            ("select = ['POL']", []),
            ("ignore = ['DET001']", ["DET003"]),
            ("ignore = ['DET']", []),
            ("select = ['DET']\nignore = ['DET']", []),
            ("select = ['DET']\nignore = ['DET003']", ["DET001"]),
            ("select = ['DET003']\nignore = ['DET']", ["DET003"]),
        ],
    )
    def test_are_selected_and_ignored_by_the_longest_name(
        self, flow: Path, text: str, expected: list[str]
    ) -> None:
        assert found(flow, text) == expected

    @pytest.mark.parametrize(
        ("pattern", "ignored"),
        [
            ("flow.py", True),
            ("flows", True),
            ("f*.py", True),
            ("app/flows/flow.py", True),
            ("app/*/flow.py", True),
            ("app/**", True),
            ("**/flow.py", True),
            ("app/", True),
            ("/app/flows", True),
            ("flow", False),
            ("flows/flow.py", False),
            ("app/*.py", False),
            ("other/**", False),
        ],
    )
    def test_are_ignored_in_files_of_a_pattern(self, flow: Path, pattern: str, ignored: bool) -> None:
        expected = ["DET001"] if ignored else ["DET001", "DET003"]
        assert found(flow, f"per-file-ignores = {{'{pattern}' = ['DET003']}}") == expected

    def test_a_rule_of_one_file_is_ignored_though_it_is_selected(self, flow: Path) -> None:
        text = "select = ['DET003']\nper-file-ignores = {'flow.py' = ['DET']}"
        assert found(flow, text) == []

    def test_those_of_the_command_line_stand_for_those_of_the_project(self, flow: Path) -> None:
        config = load_config(configure(flow.parent, "select = ['DET001']\nignore = ['DET003']"))
        assert rules(check_paths([flow], config=config.with_rules(["DET"], None))) == ["DET001"]
        assert rules(check_paths([flow], config=config.with_rules(["DET"], []))) == ["DET001", "DET003"]

    def test_an_exception_for_a_rule_that_is_not_selected_is_used_all_the_same(self, flow: Path) -> None:
        lines = flow.read_text().splitlines()
        flow.write_text("\n".join([*lines[:-1], lines[-1] + "  # policy: ignore[DET001, DET003] shown only"]))
        assert found(flow, "ignore = ['DET001']") == []


class TestPaths:
    def test_excluded_files_are_not_searched_for_workflows(self, flow: Path) -> None:
        assert found(flow, "exclude = ['flows']") == []

    def test_a_file_given_by_its_name_is_checked_though_it_is_excluded(self, flow: Path) -> None:
        config = load_config(configure(flow.parents[2], "exclude = ['flows']"))
        assert rules(check_paths([flow], config=config)) == ["DET001", "DET003"]

    def test_patterns_say_nothing_of_files_elsewhere(self, flow: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        config = load_config(configure(other, "ignore = ['DET001']\nper-file-ignores = {'**' = ['DET003']}"))
        assert rules(check_paths([flow], config=config)) == ["DET003"]

    def test_paths_are_relative_to_the_file_that_names_them(self, tmp_path: Path) -> None:
        assert load_config(configure(tmp_path, "paths = ['app']")).paths == (tmp_path.resolve() / "app",)


class TestFile:
    def test_is_the_nearest_one_that_has_the_table(self, flow: Path, tmp_path: Path) -> None:
        configure(tmp_path, "ignore = ['DET003']")
        (flow.parent / "pyproject.toml").write_text("[project]\nname = 'flows'\n")
        assert find_config(flow.parent) == Config(root=tmp_path.resolve(), ignore=("DET003",))

    def test_may_be_missing(self, tmp_path: Path) -> None:
        assert find_config(tmp_path) == Config(root=tmp_path.resolve())

    def test_allows_imports_only_where_it_says_so(self, tmp_path: Path) -> None:
        assert load_config(configure(tmp_path, "")).allow_imports is None
        assert load_config(configure(tmp_path, "allow-imports = []")).allow_imports == ()

    @pytest.mark.parametrize(
        ("text", "trouble"),
        [
            ("selct = ['DET']", "unknown key selct; there are allow-imports, exclude, ignore"),
            ("select = 'DET'", "select must be a list of texts"),
            ("exclude = [1]", "exclude must be a list of texts"),
            ("select = ['DET999']", "unknown rule DET999; name a rule such as DET001, or a family: DET"),
            ("ignore = ['D']", "unknown rule D;"),
            ("ignore = ['']", "unknown rule ;"),
            ("per-file-ignores = ['DET001']", "per-file-ignores must be a table"),
            ("per-file-ignores = {'a.py' = 'DET001'}", "per-file-ignores of a.py must be a list of texts"),
            ("per-file-ignores = {'a.py' = ['XYZ']}", "unknown rule XYZ"),
        ],
    )
    def test_that_says_what_there_is_not_is_one_message(
        self, tmp_path: Path, text: str, trouble: str
    ) -> None:
        file = configure(tmp_path, text)
        with pytest.raises(PolicyError) as caught:
            find_config(tmp_path)
        assert str(caught.value).startswith(f"{file}: [tool.process-policy]: {trouble}")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("text", "trouble"),
        [
            ("[tool", "not valid TOML"),
            ("tool.process-policy = 3", "[tool.process-policy]: must be a table"),
        ],
    )
    def test_that_is_no_table_is_said(self, tmp_path: Path, text: str, trouble: str) -> None:
        file = tmp_path / "pyproject.toml"
        file.write_text(text)
        with pytest.raises(PolicyError) as caught:
            find_config(tmp_path)
        assert str(caught.value).startswith(f"{file}: {trouble}")

    def test_that_is_named_must_be_there_and_have_the_table(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="cannot be read"):
            load_config(tmp_path / "none.toml")
        (tmp_path / "empty.toml").write_text("")
        with pytest.raises(PolicyError, match=r"no table \[tool.process-policy\]"):
            load_config(tmp_path / "empty.toml")
