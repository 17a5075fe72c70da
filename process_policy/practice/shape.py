"""What a workflow class must look like."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from process_policy.catalogue.topic import names
from process_policy.findings import Finding
from process_policy.reach import Workflow, is_validator
from process_policy.resolve import Resolver
from process_policy.rules import RULES
from process_policy.scopes import Class, Function
from process_policy.site import keyword, own_nodes, root_of
from process_policy.state import CHANGING_METHODS
from process_policy.values import External, Instance

_W = "temporalio.workflow."
_HANDLERS = ("run", "signal", "query", "update")
_COMMANDS = frozenset(
    f"{_W}{name}"
    for name in names("""
    execute_activity execute_activity_method execute_local_activity execute_child_workflow start_activity
    start_activity_method start_local_activity start_child_workflow sleep wait_condition continue_as_new
    upsert_search_attributes upsert_memo
    """)
)
Node = ast.expr | ast.stmt
Trouble = tuple[Node, str, str, str]


def check_shape(workflow: Workflow, resolver: Resolver, report: Callable[[Finding], None]) -> None:
    """What the SDK refuses when the class is defined or a handler is called."""
    cls = workflow.cls
    definition = _definition(cls, resolver)
    if definition is None:
        return
    for node, rule, what, message in _troubles(cls, definition, resolver):
        text = message or RULES[rule].about(what)
        column = cls.module.column(node)
        report(Finding(cls.module.path, node.lineno, column, rule, text, what, (what,)))


def _definition(cls: Class, resolver: Resolver) -> ast.expr | None:
    for decorator in cls.node.decorator_list:
        plain = decorator.func if isinstance(decorator, ast.Call) else decorator
        if resolver.value(plain, cls.outer) == External(f"{_W}defn"):
            return decorator
    return None


def _troubles(cls: Class, definition: ast.expr, resolver: Resolver) -> Iterator[Trouble]:
    sandboxed = keyword(definition, "sandboxed") if isinstance(definition, ast.Call) else None
    if isinstance(sandboxed, ast.Constant) and sandboxed.value is False:
        yield definition, "DET013", "sandboxed=False", ""
    methods = list(_methods(cls))
    for node, message in _misshapen(cls, methods, resolver):
        yield node, "PRA009", getattr(node, "name", cls.name), message
    for method in methods:
        if "query" in _roles(method, resolver) or is_validator(method):
            yield from _changes(method, resolver)
            yield from _commands(method, resolver)


def _methods(cls: Class) -> Iterator[Function]:
    for bindings in cls.scope.bindings.values():
        yield from (binding for binding in bindings if isinstance(binding, Function))


def _roles(method: Function, resolver: Resolver) -> set[str]:
    names = resolver.decorators(method.node, method.outer)
    return {name.removeprefix(_W) for name in names if name.startswith(_W)}


def _misshapen(cls: Class, methods: list[Function], resolver: Resolver) -> Iterator[tuple[Node, str]]:
    runs = [method for method in methods if "run" in _roles(method, resolver)]
    if cls.outer is not cls.module.scope and not cls.outer.is_class:
        yield cls.node, f"`{cls.name}` is a local class; define a workflow at the top of a module"
    if not runs and not any(_has_strange_decorator(method, resolver) for method in methods):
        yield (
            cls.node,
            f"`{cls.name}` has no @workflow.run method of its own; add one, an override of a base too",
        )
    for run in runs[1:]:
        yield run.node, f"`{cls.name}` has more than one @workflow.run method; keep one"
    for run in runs:
        if isinstance(run.node, ast.FunctionDef):
            yield run.node, f"`{run.name}` is not async; write `async def`"
    yield from _undecorated_overrides(cls, methods, resolver)
    yield from _repeated_names(methods, resolver)
    for method in methods:
        yield from _handler(method, runs, resolver)


def _has_strange_decorator(method: Function, resolver: Resolver) -> bool:
    return len(method.node.decorator_list) != len(resolver.decorators(method.node, method.outer))


def _undecorated_overrides(
    cls: Class, methods: list[Function], resolver: Resolver
) -> Iterator[tuple[Node, str]]:
    for method in methods:
        if method.node.decorator_list:
            continue
        for base in resolver.lineage(cls)[1:]:
            for overridden in base.scope.bindings.get(method.node.name, ()):
                roles = _roles(overridden, resolver) if isinstance(overridden, Function) else set()
                for role in roles.intersection(_HANDLERS):
                    yield (
                        method.node,
                        f"`{method.name}` overrides a @workflow.{role} method without being one",
                    )


def _repeated_names(methods: list[Function], resolver: Resolver) -> Iterator[tuple[Node, str]]:
    seen: dict[tuple[str, str], Function] = {}
    for method in methods:
        for decorator in method.node.decorator_list:
            plain = decorator.func if isinstance(decorator, ast.Call) else decorator
            value = resolver.value(plain, method.outer)
            role = value.name.removeprefix(_W) if isinstance(value, External) else ""
            if role not in {"signal", "query", "update"}:
                continue
            name: object = method.node.name
            if isinstance(decorator, ast.Call):
                given = keyword(decorator, "name")
                if keyword(decorator, "dynamic") or (given and not isinstance(given, ast.Constant)):
                    continue
                name = given.value if isinstance(given, ast.Constant) else name
            first = seen.setdefault((role, str(name)), method)
            if first is not method:
                yield (
                    method.node,
                    f"`{method.name}` is a second {role} named {name}; give it a name of its own",
                )


def _handler(method: Function, runs: list[Function], resolver: Resolver) -> Iterator[tuple[Node, str]]:
    roles, node = _roles(method, resolver), method.node
    if is_validator(method) and isinstance(node, ast.AsyncFunctionDef):
        yield (
            node,
            f"`{method.name}` is async, but a validator is not awaited and would accept all; write `def`",
        )
    if "query" in roles and not _is_stub(node) and not _answers(node):
        yield node, f"`{method.name}` is a query that answers nothing; return what is asked for"
    if node.name == "__init__" and runs:
        if "init" in roles:
            if _shape_of(node) != _shape_of(runs[0].node):
                yield (
                    node,
                    f"`{method.name}` must take the parameters of {runs[0].name}, as @workflow.init says",
                )
        elif len(node.args.args) - len(node.args.defaults) > 1:
            yield node, f"`{method.name}` gets no arguments; decorate it with @workflow.init, or take none"


def _shape_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, bool, bool]:
    return (
        len(node.args.posonlyargs) + len(node.args.args),
        bool(node.args.vararg),
        bool(node.args.kwonlyargs),
    )


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(
        isinstance(statement, ast.Pass | ast.Raise)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in node.body
    )


def _answers(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        (isinstance(part, ast.Return) and part.value is not None)
        or isinstance(part, ast.Yield | ast.YieldFrom)
        for part in own_nodes(node)
    )


def _changes(method: Function, resolver: Resolver) -> Iterator[Trouble]:
    arguments = [*method.node.args.posonlyargs, *method.node.args.args]
    receiver = arguments[0].arg if arguments else ""
    for part in own_nodes(method.node):
        match part:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                owner: ast.expr = part
            case ast.Call(func=ast.Attribute(value=ast.Attribute() as owner, attr=name)) if (
                name in CHANGING_METHODS
            ):
                pass
            case _:
                continue
        root = root_of(owner)
        value = resolver.value(owner, method.scope) if isinstance(part, ast.Call) else None
        is_own = isinstance(value, Instance) and isinstance(
            value.type, Class
        )  # its methods may mean anything
        if isinstance(root, ast.Name) and root.id == receiver and not is_own:
            yield part, "DET020", f"{method.name}: {ast.unparse(owner)}", ""


def _commands(method: Function, resolver: Resolver) -> Iterator[Trouble]:
    for part in own_nodes(method.node):
        if isinstance(part, ast.Call):
            value = resolver.value(part.func, method.scope)
            if isinstance(value, External) and value.name in _COMMANDS:
                short = value.name.removeprefix(_W)
                yield (
                    part,
                    "PRA009",
                    method.name,
                    f"`{method.name}` may only read, but calls workflow.{short}()",
                )
