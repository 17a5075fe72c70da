"""Fills the scopes of a parsed file: every name that a statement binds, so that shadowing is seen."""

from __future__ import annotations

import ast

from process_policy.scopes import (
    Assigned,
    Binding,
    Class,
    ComprehensionNode,
    Function,
    FunctionNode,
    Imported,
    Module,
    Parameter,
    Part,
    Receiver,
    Scope,
)

_OF_CLASS = frozenset({"classmethod", "__new__", "__init_subclass__", "__class_getitem__"})
_FILLING = frozenset({"add", "append", "extend", "insert", "register", "setdefault", "update"})


def bind(module: Module) -> None:
    """Fill the scopes of `module`."""
    _Binder(module).visit(module.tree)


class _Binder(ast.NodeVisitor):
    def __init__(self, module: Module) -> None:
        self._module = module
        self._scope = module.scope
        self._class: Class | None = None
        self._method: Function | None = None
        self._function: Function | None = None
        """The outermost function around."""

    def _bind(self, node: ast.AST, name: str, binding: Binding, scope: Scope | None = None) -> None:
        (scope or self._scope).bind(name, binding)
        self._module.bound_by[node, name] = binding

    # Imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self._bind(node, alias.asname or first, Imported(alias.name if alias.asname else first))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = "." * node.level + (node.module or "")
        separator = "" if base.endswith(".") else "."
        for alias in node.names:
            if alias.name == "*":
                self._scope.stars.append(base)
            else:
                self._bind(node, alias.asname or alias.name, Imported(f"{base}{separator}{alias.name}"))

    # Scopes

    def visit_FunctionDef(self, node: FunctionNode) -> None:
        owner = self._class if self._scope.is_class else None
        scope = Scope(self._module, self._scope, node=node)
        function = Function(node, self._module, self._scope, scope, owner)
        self._bind(node, node.name, function)
        self._module.function_of[node] = function
        names = {_decorator_name(part) for part in node.decorator_list}
        for name in names:
            if name.endswith(".register"):
                self._module.registered.setdefault(name.removesuffix(".register"), []).append(function)
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        outer_method, outer_class, outermost = self._method, self._class, self._function
        self._function = self._function or function
        self._method, self._class = (function if owner else self._method), None
        receiver = (
            Receiver(owner, bool({*names, node.name} & _OF_CLASS))
            if owner and "staticmethod" not in names
            else None
        )
        self._enter(scope, node.args, node.body, receiver)
        self._method, self._class, self._function = outer_method, outer_class, outermost

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        scope = self._module.scope_of[node] = Scope(self._module, self._scope)
        self._enter(scope, node.args, [node.body])

    def _enter(
        self,
        scope: Scope,
        arguments: ast.arguments,
        body: list[ast.stmt] | list[ast.expr],
        receiver: Receiver | None = None,
    ) -> None:
        outer, self._scope = self._scope, scope
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        for argument, default in zip(
            (*positional, *arguments.kwonlyargs), (*defaults, *arguments.kw_defaults), strict=True
        ):
            if receiver and argument is positional[0]:
                self._bind(argument, argument.arg, receiver)
            else:
                parameter = Parameter(argument.arg, argument.annotation, default, outer)
                self._bind(argument, argument.arg, parameter)
        rest, words = arguments.vararg, arguments.kwarg
        if rest:
            self._bind(rest, rest.arg, Parameter(rest.arg, rest.annotation, None, outer, "args"))
        if words:
            self._bind(words, words.arg, Parameter(words.arg, words.annotation, None, outer, "kwargs"))
        for part in body:
            self.visit(part)
        self._scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        scope = Scope(self._module, self._scope, is_class=True, node=node)
        found = Class(node, self._module, self._scope, scope)
        self._bind(node, node.name, found)
        self._module.classes.append(found)
        self._module.class_of[node] = found
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        outer_scope, outer_class = self._scope, self._class
        self._scope, self._class = found.scope, found
        for statement in node.body:
            self.visit(statement)
        self._scope, self._class = outer_scope, outer_class

    def _comprehension(self, node: ComprehensionNode) -> None:
        self.visit(node.generators[0].iter)  # evaluated outside
        outer = self._scope
        self._scope = self._module.scope_of[node] = Scope(self._module, outer, is_comprehension=True)
        for position, generator in enumerate(node.generators):
            seen_from = self._scope if position else outer
            self._bind_target(generator.target, generator.iter, way=("element",), seen_from=seen_from)
            for part in ([generator.iter] if position else []) + generator.ifs:
                self.visit(part)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815

    # Bindings

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.declared_global.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.declared_nonlocal.update(node.names)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._bind_target(target, node.value)
            if isinstance(target, ast.Subscript):
                self._fill(target.value, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._bind_target(node.target, node.value, node.annotation)
        if node.value:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Call(func=ast.Attribute(value=container, attr=method), args=arguments, keywords=words):
                if method in _FILLING:
                    for value in (*arguments, *(word.value for word in words)):
                        self._fill(container, value)
        self.generic_visit(node)

    def _fill(self, container: ast.expr, value: ast.expr) -> None:
        if not isinstance(container, ast.Name):
            return
        if self._function is not None:
            self._module.fillers.setdefault(container.id, set()).add(self._function)
        else:
            filled = self._module.filled.setdefault(container.id, [])
            filled.append(Assigned(value, None, self._scope))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        scope, inner = self._scope, self._scope
        while scope.is_comprehension and scope.parent:
            scope = scope.parent
        self._bind(node.target, node.target.id, Assigned(node.value, None, inner), scope)
        self.visit(node.value)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._bind_target(node.target, node.iter, way=("element",))
        self.generic_visit(node)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars:
                step: Part = "aenter" if isinstance(node, ast.AsyncWith) else "enter"
                self._bind_target(item.optional_vars, item.context_expr, way=(step,))
        self.generic_visit(node)

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bind_opaque(node, node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        kind = node.pattern.cls if isinstance(node.pattern, ast.MatchClass) else None
        self._bind_opaque(node, node.name, kind)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._bind_opaque(node, node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bind_opaque(node, node.rest)
        self.generic_visit(node)

    def _bind_opaque(self, node: ast.AST, name: str | None, kind: ast.expr | None = None) -> None:
        if name:
            self._bind(node, name, Assigned(None, kind, self._scope))

    def _bind_target(
        self,
        target: ast.expr,
        value: ast.expr | None,
        annotation: ast.expr | None = None,
        *,
        way: tuple[Part, ...] = (),
        seen_from: Scope | None = None,
    ) -> None:
        assigned = Assigned(value, annotation, seen_from or self._scope, way)
        match target:
            case ast.Name(id=name):
                self._bind(target, name, assigned)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if self._is_self(name):
                attributes = self._method.owner.attributes  # type: ignore[union-attr]  # _is_self made sure
                attributes.setdefault(attribute, []).append(assigned)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                starred = [n for n, part in enumerate(parts) if isinstance(part, ast.Starred)]
                for position, part in enumerate(parts):
                    if isinstance(part, ast.Starred):
                        self._bind_target(part.value, None)
                    else:
                        known = not starred or position < starred[0]
                        step = (*way, position if known else position - len(parts))
                        self._bind_target(part, value, way=step, seen_from=seen_from)

    def _is_self(self, name: str) -> bool:
        method = self._method
        if method is None or method.owner is None:
            return False
        arguments = [*method.node.args.posonlyargs, *method.node.args.args]
        return bool(arguments) and arguments[0].arg == name


def _decorator_name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{_decorator_name(inner)}.{name}"
    return ""
