"""What replays would write again: prints, and loggers that do not know of replays."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from process_policy.catalogue.topic import names
from process_policy.scopes import Assigned, Class, Imported
from process_policy.site import Site, keyword, name_of, root_of
from process_policy.values import Instance

_PRINTS = {
    "builtins.print": "file",
    "pprint.pprint": "stream",
    "pprint.pp": "stream",
    "rich.print": "file",
    "rich.print_json": "file",
    "click.echo": "file",
    "click.secho": "file",
    "typer.echo": "file",
    "typer.secho": "file",
    "traceback.print_exc": "file",
    "traceback.print_exception": "file",
    "traceback.print_stack": "file",
    "icecream.ic": "file",
}
"""What prints, and the argument that would make it write elsewhere."""
_STREAMS = frozenset(f"sys.{name}" for name in ("stdout", "stderr", "__stdout__", "__stderr__"))
_LEVELS = frozenset(names("debug info warning warn error critical exception fatal log msg"))
_LOGGERS = (
    "logging",
    "logging.Logger",
    "loguru.logger",
    "structlog.BoundLogger",
    "structlog.stdlib.BoundLogger",
)


def prints(site: Site, node: ast.Call) -> None:
    """`print(…)`, unless it writes to something of one's own or only when not replaying."""
    name = name_of(site, node.func)
    if name in _PRINTS and not site.guarded:
        stream = keyword(node, _PRINTS[name])
        if stream is None or name_of(site, stream) in _STREAMS:
            site.report(node, "PRA001", name)


def writes(site: Site, node: ast.Attribute | ast.Name) -> None:
    """`sys.stdout.write(…)`."""
    if site.guarded or (site.parents and isinstance(site.parents[-1], ast.Attribute | ast.keyword)):
        return
    name = name_of(site, node)
    if name in _STREAMS or name.rpartition(".")[0] in _STREAMS:
        site.report(node, "PRA001", name)


def logs(site: Site, node: ast.Call) -> None:
    """`logging.info(…)`, or a method of a logger of a module."""
    owner, _, method = name_of(site, node.func).rpartition(".")
    if method in _LEVELS and owner in _LOGGERS and not site.guarded and not _is_parameter(site, node.func):
        site.report(node, "PRA002", ast.unparse(node.func))


def _values(cls: Class, attribute: str, site: Site) -> Iterator[ast.expr | None]:
    """What is assigned to an attribute, in the class or in its methods."""
    for candidate in site.resolver.lineage(cls):
        for binding in (
            *candidate.scope.bindings.get(attribute, ()),
            *candidate.attributes.get(attribute, ()),
        ):
            yield binding.value if isinstance(binding, Assigned) else None


def _is_parameter(site: Site, node: ast.expr) -> bool:
    """Whether the logger is handed in: it may be the workflow's own."""
    root = root_of(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        owner = site.value(node.value.value)
        if isinstance(owner, Instance) and isinstance(owner.type, Class):
            return not all(
                isinstance(value, ast.Call) for value in _values(owner.type, node.value.attr, site)
            )
    found = site.scope.find(root.id) if isinstance(root, ast.Name) else None
    return found is not None and any(
        not isinstance(binding, Imported) and not (isinstance(binding, Assigned) and binding.value)
        for binding in found[1]
    )
