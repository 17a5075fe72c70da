"""Versions that could change from one run to the next are named."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from processctl.repo import Repo
from processctl.verify import pins
from processctl.verify.outcome import Status

pytestmark = pytest.mark.requirement("R126")

VERSION = metadata.version("protoc-gen-process")
LOCAL = "{local: protoc-gen-process, out: out, strategy: all}"
PINNED = f'[project]\ndependencies = ["protoc-gen-process[dev]=={VERSION}"]\n'


def repo(folder: Path, *plugins: str, **files: str) -> Repo:
    lines = "\n".join(f"  - {plugin}" for plugin in plugins or (LOCAL,))
    (folder / "buf.gen.yaml").write_text(f"version: v2\nclean: true\nplugins:\n{lines}\n")
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return Repo(folder)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject__toml": PINNED},
        {"pyproject__toml": f'[dependency-groups]\ndev = ["protoc_gen_process == {VERSION}"]\n'},
        {"pyproject__toml": f'[project.optional-dependencies]\nx = ["protoc-gen-process=={VERSION}"]\n'},
        {"requirements__txt": f"# tools\nprotoc-gen-process=={VERSION} \\\n    --hash=sha256:00\n"},
        {
            "pyproject__toml": '[project]\ndependencies = ["protoc-gen-process>=0"]\n',
            "uv__lock": '[[package]]\nname = "protoc-gen-process"\nversion = "1"\n',
        },
        {"pyproject__toml": PINNED, "buf__yaml": "version: v2\ndeps: [buf.build/a/b]\n", "buf__lock": ""},
    ],
)
def test_a_single_version_or_a_lock_file_is_enough(tmp_path: Path, files: dict[str, str]) -> None:
    assert pins.look(repo(tmp_path, **files)).status is Status.PASSED


@pytest.mark.parametrize(
    ("plugins", "files", "said"),
    [
        ((LOCAL,), {}, "neither pyproject.toml nor a requirements file names protoc-gen-process"),
        (
            (LOCAL,),
            {"pyproject__toml": '[project]\ndependencies = ["protoc-gen-process>=0.1"]\n'},
            f"protoc-gen-process>=0.1 is no single version: write protoc-gen-process=={VERSION}",
        ),
        (
            (LOCAL,),
            {"requirements__txt": "protoc-gen-process==0.*\n"},
            "is no single version",
        ),
        (
            (LOCAL,),
            {"requirements__txt": "protoc-gen-process==99.0\n"},
            f"requirements.txt: pins protoc-gen-process==99.0, and {VERSION} is installed",
        ),
        (
            (LOCAL, "{remote: buf.build/protocolbuffers/python, out: other}"),
            {"pyproject__toml": PINNED},
            "buf.gen.yaml: buf.build/protocolbuffers/python has no version",
        ),
        (
            (LOCAL,),
            {"pyproject__toml": PINNED, "buf__yaml": "version: v2\ndeps: [buf.build/a/b]\n"},
            "buf.yaml: has deps, and there is no buf.lock",
        ),
        ((LOCAL,), {"pyproject__toml": "not = toml = at all"}, "neither pyproject.toml nor"),
    ],
)
def test_what_is_not_pinned_is_named_with_its_mend(
    tmp_path: Path, plugins: tuple[str, ...], files: dict[str, str], said: str
) -> None:
    outcome = pins.look(repo(tmp_path, *plugins, **files))
    assert outcome.status is Status.FAILED
    [detail] = outcome.details
    assert said in detail
