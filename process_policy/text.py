"""Text of objects that have none of their own: it holds a memory address."""

from __future__ import annotations

import ast

from process_policy.resolve import Resolver
from process_policy.scopes import Class, Function
from process_policy.site import Site, name_of
from process_policy.values import External, Instance

_CONVERTING = frozenset(f"builtins.{name}" for name in ("str", "repr", "ascii", "format"))
_PLAIN_BASES = frozenset({"builtins.object", "typing.Generic"})
"""Not those of abstract classes: what is an instance of one has a class of its own."""
_PLAIN_DECORATORS = frozenset({"typing.final", "typing.runtime_checkable", "temporalio.workflow.defn"})
_OPAQUE = frozenset(f"builtins.{name}" for name in ("object", "map", "filter", "zip", "enumerate", "iter"))
_LOGS = "temporalio.workflow.logger"


def convert(site: Site, node: ast.Call) -> None:
    """`str(order)`, `"{}".format(order)`."""
    if name_of(site, node.func) in _CONVERTING and node.args:
        _judge(site, node.args[0], is_repr=name_of(site, node.func).endswith(("repr", "ascii")))
        return
    match node.func:
        case ast.Attribute(value=ast.Constant(value=str()), attr="format"):
            for argument in (*node.args, *(word.value for word in node.keywords)):
                _judge(site, argument)


def interpolate(site: Site, node: ast.FormattedValue) -> None:
    """`f"{order}"`."""
    _judge(site, node.value, is_repr=node.conversion in {ord("r"), ord("a")})


def fill_in(site: Site, node: ast.BinOp) -> None:
    """`"%s" % order`."""
    match node:
        case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Mod(), right=right):
            for part in right.elts if isinstance(right, ast.Tuple) else [right]:
                _judge(site, part)


def _judge(site: Site, node: ast.expr, *, is_repr: bool = False) -> None:
    if _has_only_default_text(site, node, is_repr) and not _is_only_logged(site):
        site.report(node, "DET018", ast.unparse(node))


def _has_only_default_text(site: Site, node: ast.expr, is_repr: bool) -> bool:
    if isinstance(node, ast.Lambda | ast.GeneratorExp):
        return True
    if isinstance(node, ast.Call) and name_of(site, node.func) in _OPAQUE:
        return True
    match site.value(node):
        case Instance(type=Class() as cls):
            return _is_without_text(cls, site.resolver, is_repr)
        case Instance(type="builtins.object"):
            return True
        case Function() as function:
            return isinstance(node, ast.Name) and not function.node.decorator_list
    return False


def _is_without_text(cls: Class, resolver: Resolver, is_repr: bool) -> bool:
    methods = {"__repr__"} if is_repr else {"__repr__", "__str__", "__format__"}
    for candidate in resolver.lineage(cls):
        bases = resolver.bases(candidate)
        if len(bases) != len(candidate.node.bases) or not _PLAIN_BASES.issuperset(
            base.name for base in bases if isinstance(base, External)
        ):
            return False
        decorators = candidate.node.decorator_list
        if len(decorators) != len(resolver.decorators(candidate.node, candidate.outer) & _PLAIN_DECORATORS):
            return False
        if candidate.node.keywords or methods & candidate.scope.bindings.keys():
            return False
    return True


def _is_only_logged(site: Site) -> bool:
    """What goes to the log and nowhere else is in no history."""
    return any(
        isinstance(parent, ast.Call)
        and (name_of(site, parent.func).startswith(_LOGS) or name_of(site, parent.func) == "builtins.print")
        for parent in site.parents
    )


def collects(site: Site, node: ast.ClassDef) -> None:
    """A `__del__` runs whenever the interpreter likes."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__del__":
            site.report(statement, "DET017", f"{node.name}.__del__")
