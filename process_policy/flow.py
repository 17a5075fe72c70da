"""Which of the bindings of a name its uses can see: reaching definitions, statement by statement."""

# ruff: noqa: N802 - the methods are named by the statements they follow

from __future__ import annotations

import ast
from collections.abc import Iterable

from process_policy.scopes import Binding, Narrowed, Scope
from process_policy.states import Bindings, State, copied, merged, unnarrowed


class Flow:
    """The statements of one module, function or class, followed once.

    Attributes:
        seen: What each use of a name of this scope can see.
        last: What is bound when the scope has run to its end.
        known: Every binding that the statements make; others come from `global` and `nonlocal` elsewhere.
    """

    def __init__(self, scope: Scope) -> None:
        self.seen: dict[ast.Name, Bindings] = {}
        self.last: State = {}
        self.known: set[Binding] = set()
        self._scope = scope
        self._bound_by = scope.module.bound_by
        self._state: State | None = {}
        self._exits: list[State] = []
        self._loops: list[tuple[list[State], list[State]]] = []
        self._hidden: list[set[str]] = []
        node = scope.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                self._bind(argument, argument.arg)
            for variadic in filter(None, (arguments.vararg, arguments.kwarg)):
                self._bind(variadic, variadic.arg)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            self._run(node.body)
        self.last = merged([*self._exits, self._state]) or {}

    def _bind(self, node: ast.AST, name: str) -> None:
        binding = self._bound_by.get((node, name))
        if binding is None or name not in self._scope.bindings:
            return
        self.known.add(binding)
        if self._state is not None:
            self._state[name] = (binding,)

    def _use(self, node: ast.Name) -> None:
        if any(node.id in hidden for hidden in self._hidden) or self._state is None:
            return
        bindings = self._state.get(node.id)
        if bindings is not None:
            before = self.seen.get(node, ())
            self.seen[node] = tuple(dict.fromkeys((*before, *bindings)))

    def _run(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            handler = getattr(self, f"_{type(statement).__name__}", None)
            if handler:
                handler(statement)
            else:
                self._look(statement)

    # Expressions

    def _look(self, node: ast.AST | None) -> None:
        match node:
            case None | ast.Constant():
                return
            case ast.Name():
                if isinstance(node.ctx, ast.Load):
                    self._use(node)
                else:
                    self._bind(node, node.id)
            case ast.NamedExpr():
                self._look(node.value)
                self._bind(node.target, node.target.id)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node)
            case ast.Lambda():
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    self._look(default)
            case ast.BoolOp():
                self._either_of(node)
            case ast.IfExp():
                self._look(node.test)
                before = self._state
                self._state = self._narrowed(before, node.test, outcome=True)
                self._look(node.body)
                one, self._state = self._state, self._narrowed(before, node.test, outcome=False)
                self._look(node.orelse)
                self._state = unnarrowed(merged([one, self._state]))
            case _:
                for child in ast.iter_child_nodes(node):
                    self._look(child)

    def _either_of(self, node: ast.BoolOp) -> None:
        before = self._state
        for operand in node.values:
            self._look(operand)
            self._state = self._narrowed(self._state, operand, outcome=isinstance(node.op, ast.And))
        if self._state is not None and before is not None:
            self._state = unnarrowed(self._state)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self._look(node.generators[0].iter)
        before = copied(self._state)
        self._hidden.append(set(self._scope.module.scope_of[node].bindings))
        for position, generator in enumerate(node.generators):
            if position:
                self._look(generator.iter)
            for test in generator.ifs:
                self._look(test)
                self._state = self._narrowed(self._state, test, outcome=True)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self._look(part)
        self._hidden.pop()
        self._state = unnarrowed(merged([before, self._state]))

    # Statements

    def _Assign(self, node: ast.Assign) -> None:
        self._look(node.value)
        for target in node.targets:
            self._look(target)

    def _AnnAssign(self, node: ast.AnnAssign) -> None:
        self._look(node.value)
        if node.value or not isinstance(node.target, ast.Name):
            self._look(node.target)
        elif self._state is not None and node.target.id not in self._state:
            self._bind(node.target, node.target.id)

    def _AugAssign(self, node: ast.AugAssign) -> None:
        self._look(node.value)
        if isinstance(node.target, ast.Name):
            self._use(node.target)
        else:
            self._look(node.target)

    def _If(self, node: ast.If) -> None:
        self._look(node.test)
        before = self._state
        self._state = self._narrowed(before, node.test, outcome=True)
        self._run(node.body)
        one, self._state = self._state, self._narrowed(before, node.test, outcome=False)
        self._run(node.orelse)
        self._state = merged([one, self._state])

    def _For(self, node: ast.For | ast.AsyncFor) -> None:
        self._look(node.iter)
        self._loop(node)

    _AsyncFor = _For

    def _While(self, node: ast.While) -> None:
        self._loop(node)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        left: list[State] = []
        for _ in range(2):  # what the first round binds, the second can see
            again: list[State] = []
            self._loops.append((left, again))
            before = copied(self._state)
            if isinstance(node, ast.While):
                self._look(node.test)
            else:
                self._look(node.target)
            self._run(node.body)
            self._loops.pop()
            self._state = merged([before, self._state, *again])
        self._run(node.orelse)
        self._state = merged([self._state, *left])

    def _Break(self, _: ast.Break) -> None:
        self._leave_loop(0)

    def _Continue(self, _: ast.Continue) -> None:
        self._leave_loop(1)

    def _leave_loop(self, way: int) -> None:
        if self._loops and self._state is not None:
            self._loops[-1][way].append(self._state)
        self._state = None

    def _Return(self, node: ast.Return) -> None:
        self._look(node.value)
        self._exit()

    def _Raise(self, node: ast.Raise) -> None:
        self._look(node.exc)
        self._look(node.cause)
        self._exit()

    def _exit(self) -> None:
        if self._state is not None:
            self._exits.append(self._state)
        self._state = None

    def _Try(self, node: ast.Try) -> None:
        before = copied(self._state)
        self._run(node.body)
        broken = merged([before, self._state])  # anything may have been done when it raised
        self._run(node.orelse)
        ends = [self._state]
        for handler in node.handlers:
            self._state = copied(broken)
            self._look(handler.type)
            if handler.name:
                self._bind(handler, handler.name)
            self._run(handler.body)
            ends.append(self._state)
        after = merged(ends)
        self._state = merged([after, broken]) if node.finalbody else after
        self._run(node.finalbody)
        if after is None:
            self._state = None

    _TryStar = _Try

    def _Match(self, node: ast.Match) -> None:
        self._look(node.subject)
        before, ends = self._state, [copied(self._state)]
        for case in node.cases:
            self._state = copied(before)
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self._bind(pattern, name)
            self._look(case.guard)
            self._run(case.body)
            ends.append(self._state)
        self._state = merged(ends)

    def _FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            self._look(outside)
        self._bind(node, node.name)

    _AsyncFunctionDef = _FunctionDef

    def _ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self._look(outside)
        self._bind(node, node.name)

    def _Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(node, alias.asname or alias.name.partition(".")[0])

    def _ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind(node, alias.asname or alias.name)

    def _With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._look(item.context_expr)
            self._look(item.optional_vars)
        self._run(node.body)

    _AsyncWith = _With

    # Tests of types

    def _narrowed(self, state: State | None, test: ast.expr, *, outcome: bool) -> State | None:
        if state is None:
            return None
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self._narrowed(state, inner, outcome=not outcome)
            case ast.BoolOp(op=op, values=parts) if isinstance(op, ast.And) is outcome:
                narrowed: State | None = state
                for part in parts:
                    narrowed = self._narrowed(narrowed, part, outcome=outcome)
                return narrowed
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if name in state:
                return {**state, name: (Narrowed(state[name], kind, self._scope, outcome),)}
        return dict(state)
