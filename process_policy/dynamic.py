"""Names that are reached in a roundabout way: `vars(time)["time"]`, `attrgetter("now")(datetime)`."""

from __future__ import annotations

import ast
import sys

from process_policy import catalogue
from process_policy.catalogue.topic import names
from process_policy.scopes import Class, Function
from process_policy.site import Site, inherits, name_of, root_of, text_of
from process_policy.values import External

_BASES = {
    "pydantic_settings.BaseSettings": "DET005",
    "pydantic.BaseSettings": "DET005",
    "threading.Thread": "DET009",
    "threading.Timer": "DET009",
    "multiprocessing.Process": "DET009",
    "concurrent.futures.Executor": "DET009",
}
"""Base classes whose every instance breaks a rule."""
_RISKY = frozenset(
    names("""
        asyncio builtins datetime datetime.date datetime.datetime httpx importlib numpy.random os random
        requests secrets subprocess threading time uuid
    """)
)
"""Modules and classes of which hardly a member would do."""
_INSPECTS = frozenset(
    f"builtins.{name}"
    for name in ("callable", "getattr", "hasattr", "isinstance", "issubclass", "print", "repr", "str", "type")
) | {"typing.cast", "temporalio.workflow.execute_activity"}
"""What gets a function and does not call it."""
_MANAGERS = frozenset({"objects", "_default_manager"})


def look_up(site: Site, node: ast.Subscript | ast.Attribute | ast.Call) -> None:
    """What a roundabout name stands for must not break a rule either."""
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return
    if isinstance(node, ast.Attribute) and not isinstance(root_of(node), ast.Call | ast.Name):
        return
    if isinstance(site.value(node), External):
        return  # seen by the walker
    name = _roundabout(site, node)
    rule = catalogue.rule_of_use(name) if name else None
    if rule and name:
        site.report(node, rule, name)
    elif name is None and isinstance(node, ast.Call | ast.Subscript):
        _unknown_member(site, node)


def _roundabout(site: Site, node: ast.expr) -> str | None:
    """The qualified name behind an expression, if it can be told and is not plain."""
    match node:
        case ast.Attribute(value=inner, attr=attribute):
            name = _roundabout(site, inner)
            return f"{name}.{attribute}" if name else None
        case (
            ast.Subscript(value=inner, slice=key)
            | ast.Call(func=ast.Attribute(value=inner, attr="get"), args=[key, *_])
        ):
            text = text_of(key)
            return _member_of_namespace(site, inner, text) if text else None
        case ast.Call(func=ast.Call(func=getter, args=[path, *_]), args=[owner, *_]):
            text = text_of(path)
            if text and name_of(site, getter) in {"operator.attrgetter", "operator.methodcaller"}:
                return f"{_plain(site, owner)}.{text}"
        case ast.Call(func=getter, args=[owner, path, *_]) if name_of(site, getter) == "builtins.getattr":
            text = text_of(path)
            return f"{_plain(site, owner)}.{text}" if text else None
    return None


def _plain(site: Site, node: ast.expr) -> str:
    return name_of(site, node) or _roundabout(site, node) or ""


def _member_of_namespace(site: Site, node: ast.expr, key: str) -> str | None:
    match node:
        case ast.Attribute(value=owner, attr="__dict__"):
            return f"{_plain(site, owner)}.{key}"
        case ast.Call(func=function, args=[owner]) if name_of(site, function) == "builtins.vars":
            return f"{_plain(site, owner)}.{key}"
        case ast.Call(func=function, args=[]) if name_of(site, function) == "builtins.globals":
            found = site.resolver.value(ast.Name(key, ast.Load()), site.step.module.scope)
            return found.name if isinstance(found, External) else None
        case _ if name_of(site, node) == "sys.modules":
            return key
    return None


def _unknown_member(site: Site, node: ast.Call | ast.Subscript) -> None:
    """A member chosen at run time of a module that holds what must not be used."""
    match node:
        case ast.Call(func=function, args=[owner, name, *_]) if (
            name_of(site, function) == "builtins.getattr" and text_of(name) is None
        ):
            pass
        case ast.Subscript(
            value=ast.Attribute(value=owner, attr="__dict__")
            | ast.Call(func=ast.Name(id="vars"), args=[owner])
        ):
            pass
        case _:
            return
    if name_of(site, owner) in _RISKY:
        site.report(node, "DET015", ast.unparse(node))


def hand_on(site: Site, node: ast.Call) -> None:
    """A function that is handed to another one is called there: `partial(subprocess.run, …)`."""
    callee = site.value(node.func)
    calls_it = isinstance(callee, Function | Class) or (
        isinstance(callee, External)
        and callee.name.partition(".")[0] in sys.stdlib_module_names
        and callee.name not in _INSPECTS
    )
    if not calls_it:
        return
    for argument in (*node.args, *(word.value for word in node.keywords)):
        if isinstance(argument, ast.Name | ast.Attribute):
            rule = catalogue.rule_of_handover(name_of(site, argument))
            if rule:
                site.report(argument, rule, name_of(site, argument))


def inherited(site: Site, node: ast.Call) -> None:
    """An instance of a class of one's own that extends what must not be used."""
    cls = site.value(node.func)
    if isinstance(cls, Class):
        rule = next((_BASES[base] for base in inherits(site.resolver, cls) if base in _BASES), None)
        if rule:
            site.report(node, rule, cls.name)


def query_models(site: Site, node: ast.Call) -> None:
    """`Order.objects.get(…)` asks a database."""
    match node.func:
        case ast.Attribute(value=ast.Attribute(value=model, attr=manager)) if manager in _MANAGERS:
            value = site.value(model)
            if isinstance(value, Class):
                is_model = any(
                    name.startswith("django.db.models.") for name in inherits(site.resolver, value)
                )
            else:
                module, _, name = value.name.rpartition(".") if isinstance(value, External) else ("", "", "")
                is_model = module.rpartition(".")[2] == "models" and name[:1].isupper()
            if is_model:
                site.report(node, "DET007", ast.unparse(node.func))


def asks_for_version(site: Site, node: ast.Attribute | ast.Name) -> None:
    """`sys.version_info`, unless it is compared: code for several versions of Python may do so."""
    is_asked = name_of(site, node).startswith("sys.version_info")
    if is_asked and not any(isinstance(parent, ast.Compare | ast.Attribute) for parent in site.parents):
        site.report(node, "DET005", "sys.version_info")


def hashes_itself(site: Site, node: ast.Call) -> None:
    """`x.__hash__()` is `hash(x)`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "__hash__":
        site.report(node, "DET014", ast.unparse(node.func))
