"""What names can stand for at one point of a function, and what comes of it where ways meet."""

from __future__ import annotations

from collections.abc import Iterable

from process_policy.scopes import Binding, Narrowed

Bindings = tuple[Binding, ...]
State = dict[str, Bindings]


def merged(states: Iterable[State | None]) -> State | None:
    """What can be seen where several ways meet; None if nothing comes through any of them."""
    living = [state for state in states if state is not None]
    if not living:
        return None
    if all(state is living[0] for state in living):
        return living[0]
    merged: dict[str, dict[Binding, None]] = {}
    for state in living:
        for name, bindings in state.items():
            merged.setdefault(name, {}).update(dict.fromkeys(bindings))
    return {name: _rejoined(tuple(bindings)) for name, bindings in merged.items()}


def copied(state: State | None) -> State | None:
    """The state, to be changed apart."""
    return None if state is None else dict(state)


def _rejoined(bindings: Bindings) -> Bindings:
    """The bindings, with both outcomes of one test put together again."""
    tests = {
        (binding.kind, binding.outcome): binding for binding in bindings if isinstance(binding, Narrowed)
    }
    if not tests:
        return bindings
    result: dict[Binding, None] = {}
    for binding in bindings:
        both = isinstance(binding, Narrowed) and (binding.kind, not binding.outcome) in tests
        result.update(dict.fromkeys(binding.was if both and isinstance(binding, Narrowed) else (binding,)))
    return tuple(result)


def unnarrowed(state: State | None) -> State | None:
    """The state with the original bindings in place of narrowed ones: the test is behind us."""
    if state is None:
        return None
    result: State = {}
    for name, bindings in state.items():
        kept: dict[Binding, None] = {}
        for binding in bindings:
            kept.update(dict.fromkeys(binding.was if isinstance(binding, Narrowed) else (binding,)))
        result[name] = tuple(kept)
    return result
