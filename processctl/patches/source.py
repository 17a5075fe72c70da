"""Finds patches in source: where each is defined, asked and deprecated. Nothing is imported or run."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from process_policy.findings import PolicyError
from process_policy.project import Project
from process_policy.resolve import External, Resolver
from process_policy.scopes import Assigned, Imported, Module, Scope
from processctl.errors import ProjectError
from processctl.repo import Repo
from protoc_gen_process.model import Process

_TYPES = {"process_runtime.workflow.Patch", "process_runtime.workflow.patches.Patch"}
_ASKS, _DEPRECATES = "patched", "deprecate_patch"
ASKING_ATTRIBUTE = "search_attribute_patches"
_SKIPPED = frozenset({"tests", "__pycache__", "node_modules", "venv"})


class PatchState(enum.StrEnum):
    """How far a patch is on its way out."""

    ACTIVE = "active"
    """The code holds both ways."""
    DEPRECATED = "deprecated"
    """The old way is gone; the call that is left lets marked histories replay."""
    UNUSED = "unused"
    """Nothing asks it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the source."""

    path: str
    """Relative to the repo."""
    line: int
    within: str
    """Class and function, e.g. `OrderFulfillment.run`; empty at the top of the module."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def stable(self) -> str:
        """The place without its line, which any edit above moves."""
        return f"{self.path} {self.within}".rstrip()


@dataclass(frozen=True, slots=True)
class FoundPatch:
    """One patch of one process."""

    process: str
    workflow_type: str
    id: str
    reason: str
    since: str
    defined: Place
    asked: tuple[Place, ...]
    deprecated: tuple[Place, ...]

    @property
    def state(self) -> PatchState:
        """How far it is on its way out."""
        if self.asked:
            return PatchState.ACTIVE
        return PatchState.DEPRECATED if self.deprecated else PatchState.UNUSED


@dataclass(frozen=True, slots=True)
class _Definition:
    call: ast.Call
    path: Path
    place: Place
    id: str
    reason: str
    since: str


def find_patches(repo: Repo, processes: Iterable[Process]) -> list[FoundPatch]:
    """Return the patches of every process, by process and ID.

    A patch belongs to the process in whose package it, or what uses it, stands; one in code that several
    processes share, to each of them.

    Raises:
        ProjectError: A file is not Python; a patch is written so that it cannot be read; or two of one
            process have the same ID. Says all of it.
    """
    files = list(python_files(repo))
    if not files:
        return []
    try:
        scan = _Scan(repo, Project(files))
    except PolicyError as error:
        raise ProjectError(str(error)) from error
    processes = list(processes)
    folders = {process.name: _folder(repo, process) for process in processes}
    found = [
        patch
        for process in processes
        for patch in scan.of(process, folders[process.name], set(folders.values()))
    ]
    problems = [*scan.problems, *_repeated(found), *_contradictions(found)]
    if problems:
        raise ProjectError("\n".join(dict.fromkeys(problems)))
    return sorted(found, key=lambda patch: (patch.process, patch.id))


class _Scan:
    """All definitions and uses of a project."""

    def __init__(self, repo: Repo, project: Project) -> None:
        self.problems: list[str] = []
        self._repo, self._project = repo, project
        self._resolver = Resolver(project)
        self._definitions: dict[int, _Definition] = {}
        self._uses: dict[int, list[tuple[str, Path, Place]]] = {}
        for module in project.modules:
            self._define(module)
        for module in project.modules:
            self._use(module)

    def of(self, process: Process, folder: Path, all_folders: set[Path]) -> Iterator[FoundPatch]:
        """Yield the patches of one process."""

        def is_its(path: Path) -> bool:
            # Shared code, which is in the package of no process, is every process's.
            return path.is_relative_to(folder) or not any(map(path.is_relative_to, all_folders))

        for key, definition in self._definitions.items():
            uses = [use for use in self._uses.get(key, []) if is_its(use[1])]
            if not uses and not (is_its(definition.path) and key not in self._uses):
                continue
            yield FoundPatch(
                process=process.name,
                workflow_type=process.workflow_type,
                id=definition.id,
                reason=definition.reason,
                since=definition.since,
                defined=definition.place,
                asked=tuple(place for call, _, place in uses if call == _ASKS),
                deprecated=tuple(place for call, _, place in uses if call == _DEPRECATES),
            )

    def _define(self, module: Module) -> None:
        constants = {
            binding.value: name
            for name, bindings in module.scope.bindings.items()
            for binding in bindings
            if isinstance(binding, Assigned) and isinstance(binding.value, ast.Call)
        }
        for node, scope, within in _calls(module):
            called = self._resolver.value(node.func, scope)
            if not isinstance(called, External) or called.name not in _TYPES:
                continue
            place = self._place(module, node, within)
            if node not in constants:
                self.problems.append(f"{place}: assign the Patch to a constant of the module, for all to see")
                continue
            texts = {keyword.arg: _text(keyword.value) for keyword in node.keywords}
            if node.args:
                texts["id"] = _text(node.args[0])
            if not texts.get("id") or not texts.get("reason") or None in texts.values() or None in texts:
                self.problems.append(f"{place}: write id, reason and since of the Patch as literal texts")
                continue
            self._definitions[id(node)] = _Definition(
                node,
                module.location,
                place,
                texts["id"] or "",
                texts["reason"] or "",
                texts.get("since") or "",
            )

    def _use(self, module: Module) -> None:
        for node, scope, within in _calls(module):
            if not isinstance(node.func, ast.Attribute) or node.func.attr not in (_ASKS, _DEPRECATES):
                continue
            called = self._resolver.value(node.func, scope)
            if isinstance(called, External) and called.name.startswith("temporalio."):
                continue  # workflow.patched("text") of the SDK
            argument = node.args[0] if node.args else next((word.value for word in node.keywords), None)
            if argument is None or _text(argument) is not None:
                continue  # somebody else's method of that name
            self._note(node.func.attr, argument, scope, self._place(module, node, within))
        for cls in module.classes:
            for binding in cls.scope.bindings.get(ASKING_ATTRIBUTE, ()):
                value = binding.value if isinstance(binding, Assigned) else None
                if isinstance(value, ast.Dict):
                    for patch in value.values:
                        self._note(_ASKS, patch, cls.scope, self._place(module, patch, cls.name))
                elif value is not None:
                    place = self._place(module, value, cls.name)
                    self.problems.append(f"{place}: write {ASKING_ATTRIBUTE} as {{name: PATCH}}, here")

    def _note(self, call: str, argument: ast.expr, scope: Scope, place: Place) -> None:
        meant = {id(value) for value in self._values(argument, scope)} & self._definitions.keys()
        if not meant:
            self.problems.append(
                f"{place}: it cannot be told which patch `{ast.unparse(argument)}` is; name the constant "
                "itself, imported or as an attribute of its module"
            )
        for key in meant:
            self._uses.setdefault(key, []).append((call, scope.module.location, place))

    def _values(self, node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
        """What stands for `node` where it was assigned."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return
        assigned = [constant for _, _, constant in self._resolver.constants(node, scope)]
        if isinstance(node, ast.Name):
            # An import inside of a function is none of the module's constants.
            for binding in (scope.find(node.id) or (scope, []))[1]:
                found = isinstance(binding, Imported) and self._project.find(binding.dotted, scope.module)
                if found and len(found[1]) == 1:
                    bindings = found[0].scope.bindings.get(found[1][0], ())
                    assigned += [found for found in bindings if isinstance(found, Assigned)]
        yield from (constant.value for constant in assigned if constant.value is not None)

    def _place(self, module: Module, node: ast.AST, within: str) -> Place:
        return Place(self._repo.shown(module.location), getattr(node, "lineno", 1), within)


def _calls(module: Module) -> Iterator[tuple[ast.Call, Scope, str]]:
    """Every call of a module, with the scope and the class and function that it stands in."""

    def visit(node: ast.AST, scope: Scope, within: str) -> Iterator[tuple[ast.Call, Scope, str]]:
        for child in ast.iter_child_nodes(node):
            inner, name = scope, within
            if child in module.function_of:
                inner, name = module.function_of[child].scope, _joined(within, child)
            elif child in module.class_of:
                inner, name = module.class_of[child].scope, _joined(within, child)
            elif child in module.scope_of:
                inner = module.scope_of[child]
            if isinstance(child, ast.Call):
                yield child, scope, within
            yield from visit(child, inner, name)

    yield from visit(module.tree, module.scope, "")


def _joined(within: str, node: ast.AST) -> str:
    name = getattr(node, "name", "")
    return f"{within}.{name}" if within else name


def _text(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def python_files(repo: Repo) -> Iterator[Path]:
    """Yield the Python files that people wrote and that run: no tests, nothing generated, nothing hidden."""
    generated = {plugin.out.resolve() for plugin in repo.plugins}

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or path.name in _SKIPPED or path.resolve() in generated:
                continue
            if path.is_dir() and not path.is_symlink() and not (path / "pyvenv.cfg").exists():
                yield from walk(path)
            elif path.suffix == ".py" and path.is_file():
                yield path

    yield from walk(repo.root)


def _folder(repo: Repo, process: Process) -> Path:
    return repo.root.joinpath(*str(process.impl_module).split(".")).resolve()


def _repeated(found: list[FoundPatch]) -> Iterator[str]:
    places: dict[tuple[str, str], Place] = {}
    for patch in found:
        first = places.setdefault((patch.process, patch.id), patch.defined)
        if first != patch.defined:
            yield f"{patch.defined}: {patch.process} has a patch {patch.id} at {first} already; rename one"


def _contradictions(found: list[FoundPatch]) -> Iterator[str]:
    for patch in found:
        if patch.asked and patch.deprecated:
            yield (
                f"{patch.deprecated[0]}: {patch.id} is deprecated here and still asked at {patch.asked[0]}; "
                "deprecate it everywhere at once"
            )
