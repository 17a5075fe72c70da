"""`processctl init`."""

from __future__ import annotations

import keyword
import re
import shlex
import shutil
from pathlib import Path
from string import Template

from rich.console import Console

from processctl.errors import ProjectError
from processctl.protos import PROTOS, proto_folder
from protoc_gen_process.naming import package_name, pascal_case
from protoc_gen_process.version import __version__

# The contract language's pattern for process names: specification of `ProcessOptions.name`.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAX_NAME = 63
# Inside a package of one of these names, protoc would look for the imported packages in it.
_IMPORTED_PACKAGES = frozenset({"ameide_core_proto", "google", "process"})
# Top-level packages of the new repo: its protos' and people's.
_TAKEN = frozenset({"contracts", "processes"})


class _Template(Template):
    """`@name` in place of `$name`, which is text of its own in the files of a repo."""

    delimiter = "@"


_ALLOWED = frozenset({".git"})


def run(name: str, directory: Path) -> None:
    """Write a new repo for the process `name` into `directory`.

    Raises:
        ProjectError: the name is not one of a process, or the folder is not empty.
    """
    if not _NAME.fullmatch(name) or len(name) > _MAX_NAME:
        raise ProjectError(
            f"{name!r} is no process name: lower-case words of letters and digits joined by `-`, at most "
            f"{_MAX_NAME} characters, such as order-fulfillment"
        )
    if directory.exists() and {path.name for path in directory.iterdir()} - _ALLOWED:
        raise ProjectError(f"{directory} is not empty: name a new folder with --directory, or empty this one")
    _write_files(name, directory)
    for proto in PROTOS:
        target = directory / "third_party" / "proto" / proto
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(proto_folder() / proto, target)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"init: wrote a repo for {name} into {directory}")
    console.print(
        f"Next: cd {shlex.quote(str(directory))} && processctl generate && pytest && processctl dev"
    )


def _proto_module(name: str) -> str:
    """Return the folder below `contracts/`, which is a part of a proto package and of a Python one."""
    module = name.replace("-", "_")
    return f"{module}_process" if keyword.iskeyword(module) or module in _IMPORTED_PACKAGES else module


def _write_files(name: str, directory: Path) -> None:
    values = {
        "name": name,
        "module": _proto_module(name),
        "package": package_name(name, _TAKEN),
        "prefix": pascal_case(name),
        "version": __version__,
    }
    folder = Path(__file__).parent / "new_repo"
    for source in sorted(path for path in folder.rglob("*.tmpl")):
        name_in_repo = source.relative_to(folder).as_posix().removesuffix(".tmpl")
        target = directory / _Template(name_in_repo).substitute(values)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = _Template(source.read_text(encoding="utf-8")).substitute(values)
        target.write_text(text, encoding="utf-8", newline="\n")
