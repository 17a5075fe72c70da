"""What an expression stands for, as far as that can be told without running it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from process_policy.catalogue import RETURNS, SET_TYPES
from process_policy.project import Project
from process_policy.scopes import Assigned, Binding, Class, Function, Imported, Module, Receiver, Scope
from process_policy.values import SET, External, Instance, Value

__all__ = ["SET", "External", "Instance", "Resolver", "Value"]

_KEYS = Instance("builtins.dict_keys")
_SET_ALGEBRA = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub)
_BUILTINS = frozenset(dir(builtins))


class Resolver:
    """Evaluates names, attributes, calls and annotations to a :data:`Value`; None means "cannot tell"."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[ast.expr, int], Value | None] = {}
        self._known_imports: dict[tuple[str, Module], Value | None] = {}

    def value(self, node: ast.expr | None, scope: Scope) -> Value | None:
        """The value of `node` as seen from `scope`."""
        if node is None:
            return None
        key = (node, id(scope))
        if key not in self._known:
            self._known[key] = None  # what a recursive definition sees of itself
            self._known[key] = self._evaluate(node, scope)
        return self._known[key]

    def is_set(self, node: ast.expr, scope: Scope) -> bool:
        """Whether `node` is certainly a set."""
        return self.value(node, scope) == SET

    def bases(self, cls: Class) -> list[External | Class]:
        """The base classes that can be told."""
        found = (self.value(_without_subscript(base), cls.outer) for base in cls.node.bases)
        return [base for base in found if isinstance(base, External | Class)]

    def member(self, cls: Class, name: str) -> Value | None:
        """An attribute of an instance of `cls`, looked up through its bases among the checked files."""
        for candidate in self.lineage(cls):
            if name in candidate.scope.bindings:
                return self._bound(candidate.scope.bindings[name], candidate.module)
            if name in candidate.attributes:
                return self._bound(candidate.attributes[name], candidate.module)
        return None

    def lineage(self, cls: Class) -> list[Class]:
        """`cls` and its bases among the checked files, nearest first."""
        found = [cls]
        for candidate in found:
            found += [base for base in self.bases(candidate) if isinstance(base, Class) and base not in found]
        return found

    def decorators(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope
    ) -> set[str]:
        """Qualified names of the external decorators of a definition, called or not."""
        plain = (
            decorator.func if isinstance(decorator, ast.Call) else decorator
            for decorator in node.decorator_list
        )
        values = (self.value(decorator, scope) for decorator in plain)
        return {value.name for value in values if isinstance(value, External)}

    def constants(
        self, node: ast.Name | ast.Attribute, scope: Scope
    ) -> Iterator[tuple[str, Module, Assigned]]:
        """The assignments of checked modules whose value `node` reads, with their names."""
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value, scope)
            if isinstance(owner, Module):
                yield from _assignments(owner, node.attr)
            return
        found = scope.find(node.id)
        if found is None or found[0] is not scope.module.scope:
            return
        yield from _assignments(scope.module, node.id)
        for binding in found[1]:
            if isinstance(binding, Imported):
                place = self._project.find(binding.dotted, scope.module)
                if place and len(place[1]) == 1:
                    yield from _assignments(place[0], place[1][0])

    # Expressions

    def _evaluate(self, node: ast.expr, scope: Scope) -> Value | None:  # noqa: PLR0911
        match node:
            case ast.Name():
                return self._name(node.id, scope)
            case ast.Attribute():
                return self._attribute(self.value(node.value, scope), node.attr, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.Await(value=ast.Call() as call):
                callee = self.value(call.func, scope)
                return self._returned(callee) if isinstance(callee, Function) else None
            case ast.Set() | ast.SetComp():
                return SET
            case ast.BinOp():
                return self._operation(node, scope)
            case ast.IfExp(body=one, orelse=other):
                return self._agreed([self.value(one, scope), self.value(other, scope)])
            case ast.BoolOp(values=operands):
                return self._agreed([self.value(operand, scope) for operand in operands])
            case ast.NamedExpr(value=inner):
                return self.value(inner, scope)
        return None

    def _name(self, name: str, scope: Scope) -> Value | None:
        found = scope.find(name)
        if found is None:
            return External(f"builtins.{name}") if name in _BUILTINS else None
        owner, bindings = found
        return self._bound(bindings, owner.module)

    def _bound(self, bindings: list[Binding] | list[Assigned], module: Module) -> Value | None:
        functions = [binding for binding in bindings if isinstance(binding, Function)]
        if (
            len(functions) == len(bindings) and functions
        ):  # overloads end with the real one, a property begins with it
            return functions[0] if _is_property(functions[0]) else functions[-1]
        return self._agreed([self._binding(binding, module) for binding in bindings])

    def _binding(self, binding: Binding, module: Module) -> Value | None:
        match binding:
            case Imported(dotted=dotted):
                return self._imported(dotted, module)
            case Assigned(annotation=ast.expr() as annotation, scope=scope):
                return self._annotation(annotation, scope) or self.value(binding.value, scope)
            case Assigned(value=value, scope=scope):
                return self.value(value, scope)
            case Receiver(owner=owner):
                return Instance(owner)
        return binding

    def _imported(self, dotted: str, importer: Module) -> Value | None:
        key = (dotted, importer)
        if key not in self._known_imports:
            self._known_imports[key] = None  # two files may import one name from each other
            self._known_imports[key] = self._find(dotted, importer)
        return self._known_imports[key]

    def _find(self, dotted: str, importer: Module) -> Value | None:
        found = self._project.find(dotted, importer)
        if found is None:
            return External(dotted)
        module, names = found
        value: Value | None = module
        for name in names:
            value = self._attribute(value, name, module.scope)
        return value

    def _attribute(self, value: Value | None, name: str, scope: Scope) -> Value | None:
        match value:
            case External(name=owner):
                return self._imported(f"{owner}.{name}", scope.module)
            case Instance(type=str() as owner):
                return External(f"{owner}.{name}")
            case Instance(type=Class() as owner):
                member = self.member(owner, name)
                is_property = isinstance(member, Function) and _is_property(member)
                return self._returned(member) if is_property else member
            case Class():
                return self.member(value, name)
            case Module():
                bindings = value.scope.bindings.get(name)
                return (
                    self._bound(bindings, value)
                    if bindings
                    else self._imported(f"{value.name}.{name}", value)
                )
        return None

    def _call(self, node: ast.Call, scope: Scope) -> Value | None:  # noqa: PLR0911
        match self.value(node.func, scope):
            case External(name="builtins.getattr"):
                match node.args:
                    case [owner, ast.Constant(value=str() as name), *_]:
                        return self._attribute(self.value(owner, scope), name, scope)
                return None
            case External(name=name):
                known = RETURNS.get(name)
                is_class = name.rpartition(".")[2][:1].isupper()
                return Instance(known or name) if known or is_class else None
            case Class() as cls:
                return Instance(cls)
            case Function(node=ast.FunctionDef()) as function:
                return self._returned(function)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "keys" and not node.args:
            return _KEYS
        return None

    def _returned(self, function: Value | None) -> Value | None:
        """What a call (awaited, if it must be) of a checked function gives."""
        if not isinstance(function, Function):
            return None
        if function.node.returns:
            return self._annotation(function.node.returns, function.outer)
        returns = [node for node in ast.walk(function.node) if isinstance(node, ast.Return)]
        return self._agreed([self.value(node.value, function.scope) for node in returns])

    def _operation(self, node: ast.BinOp, scope: Scope) -> Value | None:
        operands = [self.value(node.left, scope), self.value(node.right, scope)]
        if isinstance(node.op, _SET_ALGEBRA) and (SET in operands or _KEYS in operands):
            return SET
        if isinstance(node.op, ast.Div) and Instance("pathlib.Path") in operands:
            return Instance("pathlib.Path")
        return None

    @staticmethod
    def _agreed(values: list[Value | None]) -> Value | None:
        """The one value that all ways lead to."""
        return values[0] if values and all(value == values[0] for value in values) else None

    # Annotations

    def _annotation(self, node: ast.expr, scope: Scope) -> Value | None:  # noqa: PLR0911
        match node:
            case ast.Constant(value=str() as text):
                try:
                    return self._annotation(ast.parse(text, mode="eval").body, scope)
                except SyntaxError:
                    return None
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                parts = [part for part in (left, right) if not _is_none(part)]
                return self._annotation(parts[0], scope) if len(parts) == 1 else None
            case ast.Subscript(value=generic, slice=inner):
                outer = self.value(generic, scope)
                if isinstance(outer, External) and outer.name in _TRANSPARENT:
                    first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
                    return self._annotation(first, scope)
                return self._annotation(generic, scope)
            case ast.Name() | ast.Attribute():
                match self.value(node, scope):
                    case External(name=name):
                        return SET if name in SET_TYPES else Instance(name)
                    case Class() as cls:
                        return Instance(cls)
        return None


_TRANSPARENT = frozenset(
    {f"typing.{name}" for name in ("Annotated", "ClassVar", "Final", "Optional", "Required", "NotRequired")}
)


def _assignments(module: Module, name: str) -> Iterator[tuple[str, Module, Assigned]]:
    for binding in module.scope.bindings.get(name, ()):
        if isinstance(binding, Assigned) and binding.value:
            yield name, module, binding


def _without_subscript(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_property(function: Function) -> bool:
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in function.node.decorator_list}
    return bool(names & {"property", "cached_property"})
