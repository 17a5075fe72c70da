"""What the engine follows: every way to a banned thing is found at its line, and nothing else is."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from process_policy import PolicyError, check_paths
from tests.policy.reached_snippets import BAD, GOOD

_WANT = re.compile(r"# want (\w+)")


def judged(tmp_path: Path, snippet: str) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """The lines that are marked, and the lines with a finding of determinism."""
    source = "from temporalio import workflow\n" + textwrap.dedent(snippet)
    path = tmp_path / "flow.py"
    path.write_text(source)
    marked = {
        (number, rule) for number, line in enumerate(source.splitlines(), 1) for rule in _WANT.findall(line)
    }
    found = {(found.line, found.rule) for found in check_paths([path]) if found.rule.startswith("DET")}
    return marked, found


@pytest.mark.parametrize("title", BAD)
def test_what_is_reached_is_found_where_it_is(tmp_path: Path, title: str) -> None:
    marked, found = judged(tmp_path, BAD[title])
    assert marked, "a bad snippet marks at least one line"
    assert found == marked


@pytest.mark.parametrize("title", GOOD)
def test_code_that_replays_is_silent(tmp_path: Path, title: str) -> None:
    assert judged(tmp_path, GOOD[title])[1] == set()


def project(folder: Path, **files: str) -> Path:
    """Files by path, with `__in__` for `/`; returns the workflow's."""
    for name, text in files.items():
        path = folder / f"{name.replace('__in__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return next(folder.rglob("flow.py"))


def flow(imports: str, call: str) -> str:
    return (
        f"from temporalio import workflow\n{imports}\n@workflow.defn\nclass Flow:\n    @workflow.run\n"
        f"    async def run(self) -> object:\n        return {call}\n"
    )


CLOCK = "import time\ndef stamp() -> float:\n    return time.time()\n"


class TestImportsThatAreFollowed:
    @pytest.mark.parametrize(
        "files",
        [
            {"flow": flow("from helpers import *", "stamp()"), "helpers": CLOCK},
            {
                "flow": flow("from pack import stamp", "stamp()"),
                "pack__in____init__": "from .deep import stamp",
                "pack__in__deep": CLOCK,
            },
            {
                "flow": flow("from pack import *", "stamp()"),
                "pack__in____init__": "from .deep import *",
                "pack__in__deep": CLOCK,
            },
            {
                "flow": flow("import pack", "pack.deep.stamp()"),
                "pack__in____init__": "",
                "pack__in__deep": CLOCK,
            },
            {
                "src__in__app__in__flow": flow("from app.helpers import stamp", "stamp()"),
                "src__in__app__in__helpers": CLOCK,
            },
            {
                "flows__in__flow": flow("from app.helpers import stamp", "stamp()"),
                "src__in__app__in__helpers": CLOCK,
            },
            {
                "flow": flow("from base import Base", "Base().now()"),
                "base": "from helpers import stamp\n"
                "class Base:\n    def now(self):\n"
                "        return stamp()\n",
                "helpers": CLOCK,
            },
        ],
        ids=["star", "re-export", "star re-export", "submodule", "package", "src layout", "two files on"],
    )
    def test_only_the_workflow_is_given(self, tmp_path: Path, files: dict[str, str]) -> None:
        (tmp_path / "pyproject.toml").touch()
        (finding,) = check_paths([project(tmp_path, **files)])
        assert (finding.rule, finding.trace[-1]) == ("DET001", "time.time")

    def test_what_is_installed_is_not(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").touch()
        path = project(tmp_path, flow=flow("from helpers import stamp", "stamp()"))
        project(tmp_path, **{".venv__in__site-packages__in__helpers": CLOCK})
        assert check_paths([path]) == []

    def test_nor_is_a_file_outside_of_the_project(self, tmp_path: Path) -> None:
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "pyproject.toml").touch()
        path = project(tmp_path, app__in__flow=flow("from helpers import stamp", "stamp()"), helpers=CLOCK)
        assert check_paths([path]) == []

    def test_modules_that_import_each_other_in_a_ring(self, tmp_path: Path) -> None:
        path = project(
            tmp_path,
            flow=flow("from a import go", "go()"),
            a="from b import *\nfrom b import go\nclass A(B): pass\n",
            b="from a import *\nfrom a import go\nclass B(A): pass\n",
        )
        assert check_paths([path]) == []


class TestCodeThatIsHardToFollow:
    @pytest.mark.parametrize(
        "body",
        [
            "x = [x]\n        return x",
            "f = lambda: f()\n        return f()()()",
            "a = b = 1\n        a, b = b, a\n        return [a, b] + [[a]] + {1: a}.get(b, b)",
            "return " + "self.go()" + ".go()" * 150,
            "return " + " + ".join(["'a'"] * 400),
            "\n        ".join(f"if isinstance(self, T{n}): self = self" for n in range(60))
            + "\n        return 1",
        ],
    )
    def test_it_ends(self, tmp_path: Path, body: str) -> None:
        text = flow("import time", "time.time()").replace("return time.time()", body)
        text += "    def go(self):\n        return self.go()\n"
        assert check_paths([project(tmp_path, flow=text)]) == []

    def test_a_chain_of_a_thousand_functions(self, tmp_path: Path) -> None:
        helpers = "\n".join(f"def f{n}(x): return f{n + 1}(x)" for n in range(1000))
        path = project(
            tmp_path,
            flow=flow("from helpers import f0", "f0({'a'})"),
            helpers=f"import time\n{helpers}\ndef f1000(x): return time.time()\n",
        )
        (finding,) = check_paths([path])
        assert len(finding.trace) == 1003

    def test_a_class_that_derives_from_itself(self, tmp_path: Path) -> None:
        text = "class A(B): pass\nclass B(A): pass\n" + flow("", "A().x() + B().y")
        assert check_paths([project(tmp_path, flow=text)]) == []


def test_a_broken_file_that_is_given_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="not valid Python"):
        check_paths([project(tmp_path, flow="@workflow.defn\nclass (")])
