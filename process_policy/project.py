"""The files under check: reading them, and finding and loading the one that an import means."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from process_policy.binder import bind
from process_policy.findings import PolicyError
from process_policy.scopes import Module

_OPAQUE = frozenset({"process_runtime", "temporalio"}) | sys.stdlib_module_names
"""Packages that are known by their names alone, even where their source stands beside the checked code."""
_ROOT_MARKS = frozenset({"pyproject.toml", ".git", "setup.py", "setup.cfg"})
_FOREIGN = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})
_LEVELS_WITHOUT_ROOT = 3


class Project:
    """Parsed files by their location; what they import is loaded when it is asked for. Nothing is run.

    Args:
        paths: Files and folders.
        exclude: Which files of the folders to leave out.
        needs: Says by the bytes of a file whether it is parsed at once; others are parsed when an import
            leads to them. A file that is given by its own name is always parsed.
        on_problem: Called for each file given that cannot be read; without it the first one is raised.

    Raises:
        PolicyError: A path does not exist or, without ``on_problem``, is no Python source.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        exclude: Callable[[Path], bool] = lambda _: False,
        needs: Callable[[bytes], bool] = lambda _: True,
        on_problem: Callable[[PolicyError], None] | None = None,
    ) -> None:
        self._roots = tuple(str(path.resolve()) for path in paths if path.is_dir())
        self._modules: dict[str, Module | None] = {}
        self._given: dict[str, Path] = {}
        self._on_problem = on_problem
        self._listed: dict[str, frozenset[str]] = {}
        self._searched: dict[str, tuple[str, ...]] = {}
        self._relative = any(not path.is_absolute() for path in paths)
        self._found: dict[tuple[str, str], tuple[Module, tuple[str, ...]] | None] = {}
        if not paths:
            self._complain(PolicyError("nothing to check: give at least one file or folder"))
        for path in paths:
            self._give(path, exclude, needs)

    @property
    def modules(self) -> tuple[Module, ...]:
        """The parsed ones of the files given, in the order given."""
        return tuple(module for location in self._given if (module := self._modules.get(location)))

    @property
    def loaded(self) -> tuple[Module, ...]:
        """Every file that was parsed: those given, and those that an import led to."""
        return tuple(module for module in self._modules.values() if module)

    @property
    def given_count(self) -> int:
        """How many files were given, whether or not they had to be parsed."""
        return len(self._given)

    def find(self, dotted: str, importer: Module) -> tuple[Module, tuple[str, ...]] | None:
        """The module on disk that `dotted` begins with, and the names that are left; None for anything else.

        A dotted name with leading dots is relative to `importer`. An absolute one is looked up from every
        folder above the importing file up to the root of its project, and from the folders given, since which
        of them are import roots is known only when the code runs. What is installed is never looked up.
        """
        folder = str(importer.package_folder)
        key = (dotted, folder)
        if key not in self._found:
            self._found[key] = self._search(dotted, folder)
        found = self._found[key]
        if (
            found
            and found[0] is importer
            and not dotted.startswith(".")
            and importer.location.stem != "__init__"
        ):
            return None  # a file named like the library that it imports
        return found

    def _search(self, dotted: str, folder: str) -> tuple[Module, tuple[str, ...]] | None:
        if dotted.startswith("."):
            names = dotted.lstrip(".")
            for _ in range(len(dotted) - len(names) - 1):
                folder = os.path.dirname(folder)
            return self._longest((folder,), names.split(".") if names else [], at_least=0)
        parts = dotted.split(".")
        if parts[0] in _OPAQUE:
            return None
        return self._longest((*self._search_path(folder), *self._roots), parts, at_least=1)

    def _longest(
        self, folders: Sequence[str], parts: list[str], *, at_least: int
    ) -> tuple[Module, tuple[str, ...]] | None:
        for folder in folders:
            if parts and at_least and not {parts[0], f"{parts[0]}.py"} & self._entries(folder):
                continue
            for length in range(len(parts), at_least - 1, -1):
                for location in self._locations(folder, parts[:length]):
                    module = self._load(location)
                    if module is None or not (length == len(parts) or module.scope.may_bind(parts[length])):
                        continue  # another package of that name: the import means one that is not on disk
                    return module, tuple(parts[length:])
        return None

    def _locations(self, folder: str, parts: list[str]) -> Iterator[str]:
        *above, last = parts or [""]
        for name in above:
            if name not in self._entries(folder):
                return
            folder = os.path.join(folder, name)
        if f"{last}.py" in self._entries(folder):
            yield os.path.join(folder, f"{last}.py")
        if not last or last in self._entries(folder):
            package = os.path.join(folder, last) if last else folder
            if "__init__.py" in self._entries(package):
                yield os.path.join(package, "__init__.py")

    def _search_path(self, folder: str) -> tuple[str, ...]:
        if folder not in self._searched:
            above = [folder, *map(str, Path(folder).parents)]
            marked = next((n for n, path in enumerate(above) if self._entries(path) & _ROOT_MARKS), None)
            if marked is not None:
                above = [*above[: marked + 1], os.path.join(above[marked], "src")]
            else:
                working = os.getcwd()
                inside = [path for path in above if os.path.commonpath([path, working]) == working]
                above = inside or above[: _LEVELS_WITHOUT_ROOT + 1]
            self._searched[folder] = tuple(above)
        return self._searched[folder]

    def _entries(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]

    def _give(self, path: Path, exclude: Callable[[Path], bool], needs: Callable[[bytes], bool]) -> None:
        if path.is_file():
            location = str(path.resolve())
            self._given.setdefault(location, path)
            self._load(location)
            return
        if not path.is_dir():
            self._complain(PolicyError(f"{path}: no such file or folder; give the path of the workflow code"))
            return
        root, count = str(path.resolve()), 0
        for relative in _python_files(root):
            shown, location = path / relative, os.path.join(root, relative)
            count += 1
            if location in self._given or exclude(shown):
                continue
            self._given[location] = shown
            try:
                with open(location, "rb") as file:
                    data = file.read()
            except OSError:
                self._load(location)  # says what is wrong
                continue
            if needs(data):
                self._load(location, data)
        if not count:
            self._complain(
                PolicyError(f"{path}: no Python file in this folder; give the folder of the workflow code")
            )

    def _load(self, location: str, data: bytes | None = None) -> Module | None:
        if location not in self._modules:
            self._modules[location] = None
            try:
                self._modules[location] = _parse(self._shown(location), location, data)
            except PolicyError as error:
                if location in self._given:
                    self._complain(error)
        return self._modules[location]

    def _shown(self, location: str) -> Path:
        if location in self._given:
            return self._given[location]
        if self._relative and location.startswith(os.getcwd() + os.sep):
            return Path(os.path.relpath(location))
        return Path(location)

    def _complain(self, error: PolicyError) -> None:
        if self._on_problem is None:
            raise error
        self._on_problem(error)


def _python_files(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if not (name.startswith(".") or name in _FOREIGN)
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith("."):
                yield os.path.relpath(os.path.join(folder, name), root)


def _parse(path: Path, location: str, data: bytes | None) -> Module:
    try:
        if data is None:
            with open(location, "rb") as file:
                data = file.read()
        source = importlib.util.decode_source(data)  # honours an encoding declaration
        module = Module(path, ast.parse(source, filename=str(path)), source, location)
        bind(module)
        return module
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except SyntaxError as error:
        raise PolicyError(
            f"{path}:{error.lineno or 1}:{error.offset or 1}: not valid Python: {error.msg}"
        ) from error
    except (UnicodeDecodeError, ValueError) as error:
        raise PolicyError(f"{path}: not Python source text: {error}") from error
    except (
        MemoryError,
        RecursionError,
    ) as error:  # the parser reports the one, a visitor of the tree the other
        raise PolicyError(f"{path}: expressions are nested too deeply to be checked") from error
