"""What a binding of a name stands for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from process_policy.annotations import annotated
from process_policy.classes import is_property
from process_policy.returns import entered, iterated
from process_policy.scopes import (
    Assigned,
    Binding,
    Class,
    Function,
    Imported,
    Module,
    Narrowed,
    Parameter,
    Part,
    Receiver,
    Scope,
)
from process_policy.values import (
    CONCRETE,
    SET,
    External,
    Instance,
    Values,
    awaited,
    elements,
    instance,
    is_set,
    item,
    join,
    unordered,
)

if TYPE_CHECKING:
    from process_policy.resolve import Resolver


class Bindings:
    """Evaluates bindings; each is computed once, until facts change."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[Binding, Values] = {}

    def forget(self) -> None:
        """Forget what was computed, because facts have changed."""
        self._known.clear()

    def bound(self, bindings: Sequence[Binding], module: Module) -> Values:
        """What a name with these bindings can stand for."""
        if len(bindings) > 1 and all(isinstance(binding, Function) for binding in bindings):
            # Overloads end with the real one, a property begins with it.
            first, last = bindings[0], bindings[-1]
            assert isinstance(first, Function)  # noqa: S101
            assert isinstance(last, Function)  # noqa: S101
            return (first if is_property(first) else last,)
        if len(bindings) == 1:
            return self._binding(bindings[0], module)
        return join([self._binding(binding, module) for binding in bindings])

    def is_known(self, binding: Binding) -> bool:
        """Whether the values of a binding have been asked for since facts changed."""
        return binding in self._known

    def disorder(self, node: ast.expr, scope: Scope) -> bool:
        """Note that the dict `node` is filled in the order of a set; says whether that is news."""
        bindings: Sequence[Binding] = ()
        match node:
            case ast.Name(id=name) if found := scope.find(name):
                owner, bindings = found
                bindings = self._resolver.flow(owner).seen.get(node, bindings) if owner.node else bindings
            case ast.Attribute(attr=name):
                classes = [
                    value.type
                    for value in self._resolver.values(node.value, scope)
                    if isinstance(value, Instance)
                ]
                bindings = [
                    binding
                    for cls in classes
                    if isinstance(cls, Class)
                    for candidate in self._resolver.lineage(cls)
                    for binding in candidate.attributes.get(name, ())
                ]
        news = set(bindings) - self._resolver.facts.disordered
        self._resolver.facts.disordered |= news
        return bool(news)

    def _binding(self, binding: Binding, module: Module) -> Values:
        match binding:
            case Function() | Class():
                return (binding,)
            case Imported(dotted=dotted):
                return self._resolver.imports.imported(dotted, module)
        known = self._known.get(binding)
        if known is None:
            self._known[binding] = ()
            known = self._bound_by(binding, module)
            if binding in self._resolver.facts.disordered:
                known = unordered(known)
            self._known[binding] = known
        return known

    def _bound_by(self, binding: Binding, module: Module) -> Values:
        match binding:
            case Assigned():
                return self._assigned(binding)
            case Parameter():
                return self._parameter(binding)
            case Receiver(owner=owner, of_class=of_class):
                made = self._resolver.facts.made.get(owner) or (owner,)
                return made if of_class else tuple(map(Instance, made))
            case Narrowed():
                return self._narrowed(binding, module)
        return ()

    def _assigned(self, binding: Assigned) -> Values:
        declared: Values = ()
        if binding.annotation is not None:
            declared = annotated(binding.annotation, binding.scope, self._resolver)
            if _is_settled(declared):
                return declared
        values = self._resolver.values(binding.value, binding.scope) if binding.value is not None else ()
        for step in binding.way:
            values = self._part(values, step)
        return join([declared, values])

    def _part(self, values: Values, step: Part) -> Values:
        if step == "element":
            return join([elements(values), iterated(values, self._resolver)])
        if step in ("enter", "aenter"):
            return entered(values, f"__{step}__", self._resolver)
        return item(values, step) if isinstance(step, int) else awaited(values)

    def _parameter(self, binding: Parameter) -> Values:
        declared: Values = ()
        if binding.annotation is not None:
            declared = annotated(binding.annotation, binding.outer, self._resolver)
        if not _is_settled(declared) or binding.kind != "plain":
            given = (
                self._resolver.values(binding.default, binding.outer) if binding.default is not None else ()
            )
            declared = join([declared, given, self._resolver.facts.passed.get(binding, ())])
        if binding.kind == "args":
            return (instance("builtins.list", declared),)
        return (instance("builtins.dict", (), declared),) if binding.kind == "kwargs" else declared

    def _narrowed(self, binding: Narrowed, module: Module) -> Values:
        values = self.bound(binding.was, module)
        kinds = self._resolver.values(binding.kind, binding.scope)
        if isinstance(binding.kind, ast.Tuple):
            kinds = join(self._resolver.values(kind, binding.scope) for kind in binding.kind.elts)
        if isinstance(binding.kind, ast.BinOp):
            kinds = ()
        sets = any(isinstance(kind, External) and kind.name in _SETS for kind in kinds)
        if not binding.outcome:
            return tuple(value for value in values if not (sets and is_set(value)))
        classes = tuple(Instance(kind) for kind in kinds if isinstance(kind, Class))
        if sets and len(kinds) == len([kind for kind in kinds if getattr(kind, "name", "") in _SETS]):
            return tuple(value for value in values if is_set(value)) or (SET,)
        return join([values, classes])


_SETS = frozenset({"builtins.set", "builtins.frozenset", "collections.abc.Set", "typing.AbstractSet"})


def _is_settled(values: Values) -> bool:
    """Whether a declaration leaves nothing open that a value could tell."""
    return bool(values) and all(
        isinstance(value, Instance)
        and value.type in CONCRETE
        and (bool(value.args) or value.type in _WITHOUT_PARTS)
        for value in values
    )


_WITHOUT_PARTS = frozenset(
    {"builtins.bool", "builtins.bytes", "builtins.float", "builtins.int", "builtins.str", "builtins.set"}
)
