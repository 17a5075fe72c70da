"""Deployment's side of the logical names of a contract: which real thing each one is.

A bindings file is JSON or TOML: one table for each ``binding_ref``, with the options of what serves it and,
if the contract's ``kind`` is not to be used, a ``kind``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["Binder", "BindingOptions", "Bound", "Factory", "LogicalName"]

_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


class LogicalName(Protocol):
    """What a contract says of a subscription or a stream."""

    @property
    def name(self) -> str:
        """Unique in its contract."""

    @property
    def kind(self) -> str:
        """What serves it, unless the binding names another kind."""

    @property
    def binding_ref(self) -> str:
        """Its entry in the bindings file."""


LogicalT = TypeVar("LogicalT", bound=LogicalName)
ServerT = TypeVar("ServerT")
ServerT_co = TypeVar("ServerT_co", covariant=True)


class BindingOptions(BaseModel):
    """What a binding says to what serves it. An option that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Factory(Protocol[ServerT_co]):
    """Makes what serves a binding. Found by an entry point, whose name is the ``kind``."""

    @property
    def options_type(self) -> type[BindingOptions]:
        """The options a binding of this kind may have."""

    def __call__(self, options: Any) -> ServerT_co:
        """Return what serves the binding with `options`, an instance of `options_type`."""


@dataclass(frozen=True)
class Bound(Generic[LogicalT, ServerT]):
    """A logical name and what serves it."""

    logical: LogicalT
    kind: str
    server: ServerT


@dataclass(frozen=True, kw_only=True)
class Binder(Generic[LogicalT, ServerT]):
    """Binds logical names of one sort."""

    variable: str
    """The setting that names the bindings file."""
    logical: str
    """What is bound, for people: ``subscription``."""
    server: str
    """What serves it, for people: ``adapter``."""
    entry_points: str
    """The group of entry points."""

    def bind(
        self, names: Iterable[LogicalT], path: Path | None
    ) -> tuple[list[Bound[LogicalT, ServerT]], list[str]]:
        """Return what serves each name, and what keeps the others from being served, one line each.

        A name without a binding is served if its kind is installed and has no required option.
        """
        bindings, problems = self._read(path)
        bound: list[Bound[LogicalT, ServerT]] = []
        # Processes of one worker or ingress may share a name; it is served once.
        for logical in dict.fromkeys(names):
            binding = bindings.get(logical.binding_ref)
            if binding is not None and not isinstance(binding, dict):
                problems.append(f"{self.variable}: {logical.binding_ref}: write a table of options")
                continue
            options = dict(binding or {})
            kind = options.pop("kind", logical.kind)
            where = f"{self.variable}: {logical.binding_ref}"
            absent = f"there is no such binding ({self.logical} {logical.name}, kind {logical.kind})"
            server, found = self._serve(where, kind, options, absent="" if binding is not None else absent)
            problems += found
            if server is not None:
                bound.append(Bound(logical, kind, server))
        return bound, problems

    def bind_table(self, path: Path) -> tuple[ServerT | None, list[str]]:
        """Return what serves the one thing that the file at `path` describes, or what keeps it from that.

        The whole file is one table: a ``kind``, and its options.
        """
        binding, problems = self._read(path)
        if problems:
            return None, problems
        options = dict(binding)
        kind = options.pop("kind", None)
        if kind is None:
            return None, [f"{self.variable}.kind: is not set (installed: {self._installed_names()})"]
        server, problems = self._serve(self.variable, kind, options)
        return server, problems

    def installed(self) -> Mapping[str, EntryPoint]:
        """Return what can be named as ``kind``, other distributions' included."""
        return {entry.name: entry for entry in entry_points(group=self.entry_points)}

    def _read(self, path: Path | None) -> tuple[Mapping[str, Any], list[str]]:
        if path is None:
            return {}, []
        try:
            text = path.read_text(encoding="utf-8")
            tree = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        except OSError as error:
            reason = error.strerror
            return {}, [
                f"{self.variable}: the file cannot be read: {reason}; mount it, and let this user read it"
            ]
        except ValueError:
            # The parsers quote the text, which may hold a password.
            return {}, [f"{self.variable}: the file is neither JSON nor, with the suffix .toml, TOML"]
        if not isinstance(tree, dict):
            return {}, [f"{self.variable}: the file is no table of bindings"]
        return tree, []

    def _installed_names(self) -> str:
        return ", ".join(sorted(self.installed())) or "none"

    def _serve(
        self, where: str, kind: object, options: Mapping[str, Any], *, absent: str = ""
    ) -> tuple[ServerT | None, list[str]]:
        """Make what serves a binding; `absent` says that there is none, only defaults."""
        entry = self.installed().get(kind) if isinstance(kind, str) else None
        if entry is None:
            # Anything else than a name may be a mistake that holds a secret.
            named = f"kind {kind}" if isinstance(kind, str) and _KIND.fullmatch(kind) else "that kind"
            unknown = (
                f"no {self.server} of {named} is installed (installed: {self._installed_names()}); "
                "a binding may name another kind"
            )
            return None, [f"{where}: {absent}, and {unknown}" if absent else f"{where}: {unknown}"]
        try:
            factory = cast("Factory[ServerT]", entry.load())
        except ImportError as error:
            return None, [
                f"{where}: the {self.server} {kind} needs the module {error.name}; {_remedy(entry)}"
            ]
        try:
            return factory(factory.options_type(**options)), []
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False, include_context=False)
            if absent:
                needed = ", ".join(str(item["loc"][0]) for item in found if item["loc"])
                return None, [f"{where}: {absent}; write one, with {needed}"]
            known = ", ".join(["kind", *factory.options_type.model_fields])
            return None, [
                f"{'.'.join([where, *map(str, item['loc'])])}: "
                + (
                    f"there is no such option of {kind} (there are {known})"
                    if item["type"] == "extra_forbidden"
                    else item["msg"].removeprefix("Value error, ")
                )
                for item in found
            ]


def _remedy(entry: EntryPoint) -> str:
    """How to have what a kind needs: where its distribution has an extra of that name, by it."""
    if entry.dist is None or entry.name not in (entry.dist.metadata.get_all("Provides-Extra") or ()):
        return "install it"
    return f"pip install '{entry.dist.name}[{entry.name}]'"
