"""The files under check: reading them, and finding the one that an import means."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from process_policy.findings import PolicyError
from process_policy.scopes import Module


class Project:
    """Parsed files by their location. Nothing is imported or run; other modules stay opaque names."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._roots = tuple(path.resolve() for path in paths if path.is_dir())
        self._by_location = {module.location: module for module in map(_parse, _files(paths))}

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every checked file, in the order given."""
        return tuple(self._by_location.values())

    def find(self, dotted: str, importer: Module) -> tuple[Module, tuple[str, ...]] | None:
        """The checked module that `dotted` begins with, and the names that are left; None for anything else.

        A dotted name with leading dots is relative to `importer`. An absolute one is looked up from every
        folder above the importing file and from the folders given, since which of them are import roots is
        known only when the code runs.
        """
        if dotted.startswith("."):
            names = dotted.lstrip(".")
            folder = importer.package_folder
            for _ in range(len(dotted) - len(names) - 1):
                folder = folder.parent
            return self._longest([folder], names, at_least=0)
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            return None
        return self._longest([*importer.location.parents, *self._roots], dotted, at_least=1)

    def _longest(
        self, folders: Sequence[Path], dotted: str, *, at_least: int
    ) -> tuple[Module, tuple[str, ...]] | None:
        parts = tuple(dotted.split("."))
        for folder in folders:
            for length in range(len(parts), at_least - 1, -1):
                base = folder.joinpath(*parts[:length])
                for location in (base.parent / f"{base.name}.py", base / "__init__.py"):
                    module = self._by_location.get(location)
                    if module is None or not (length == len(parts) or parts[length] in module.scope.bindings):
                        continue  # another package of that name: the import means one that is not checked
                    return module, parts[length:]
        return None


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    if not paths:
        raise PolicyError("nothing to check: give at least one file or folder")
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*.py") if not _is_hidden(file.relative_to(path)))
            if not found:
                raise PolicyError(
                    f"{path}: no Python file in this folder; give the folder of the workflow code"
                )
            yield from found
        elif path.is_file():
            yield path
        else:
            raise PolicyError(f"{path}: no such file or folder; give the path of the workflow code")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _parse(path: Path) -> Module:
    try:
        with tokenize.open(path) as file:  # honours an encoding declaration
            source = file.read()
        return Module(path, ast.parse(source, filename=str(path)), source)
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
