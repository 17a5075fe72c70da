"""Walks over the fields below a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from protoc_gen_process.descriptors import FieldDef, Index, MessageDef

Chain = tuple[FieldDef, ...]
Test = Callable[[FieldDef], bool]


def reachable(
    index: Index, roots: Iterable[MessageDef], through: Test | None = None
) -> dict[str, MessageDef]:
    """Return every message at or below `roots`, through fields of all kinds or those chosen."""
    seen = {root.full_name: root for root in roots}
    stack = list(seen.values())
    while stack:
        for field in stack.pop().fields:
            held = index.type_of(field)
            if held is not None and held.full_name not in seen and (through is None or through(field)):
                seen[held.full_name] = held
                stack.append(held)
    return seen


def chains(index: Index, root: MessageDef, *, wanted: Test, through: Test, limit: int) -> list[Chain]:
    """Return the chains of fields from `root` to each wanted field, in order of field numbers.

    Recursive fields, whose type leads back to the message they are in, are on no chain.

    Args:
        index: Where messages are found.
        root: The message to start at.
        wanted: Whether a chain may end at a field.
        through: Whether a field may be on a chain, its end included.
        limit: Stop after one more: messages share messages, so there can be exponentially many chains.
    """
    fruitful = _fruitful(index, root, wanted, through)
    below: dict[str, dict[str, MessageDef]] = {}
    found: list[Chain] = []
    pending: list[tuple[Chain, MessageDef | None]] = [((), root)]  # None: the chain is complete
    while pending and len(found) <= limit:
        chain, message = pending.pop()
        if message is None:
            found.append(chain)
            continue
        steps: list[tuple[Chain, MessageDef | None]] = []
        for field in filter(through, message.fields):
            if wanted(field):
                steps.append(((*chain, field), None))
            held = index.type_of(field)
            if held is None or held.full_name not in fruitful:
                continue
            if held.full_name not in below:
                below[held.full_name] = reachable(index, [held], through)
            if message.full_name not in below[held.full_name]:
                steps.append(((*chain, field), held))
        pending.extend(reversed(steps))
    return found


def _fruitful(index: Index, root: MessageDef, wanted: Test, through: Test) -> set[str]:
    """The messages at or below `root` that hold a wanted field at any depth."""
    users: dict[str, set[str]] = {}
    stack: list[str] = []
    for message in reachable(index, [root], through).values():
        for field in filter(through, message.fields):
            if field.is_message:
                users.setdefault(field.type_name, set()).add(message.full_name)
            if wanted(field):
                stack.append(message.full_name)
    fruitful = set(stack)
    while stack:
        new = users.get(stack.pop(), set()) - fruitful
        fruitful |= new
        stack.extend(new)
    return fruitful


def is_single(field: FieldDef) -> bool:
    """Whether markers hold through `field`: not repeated, not a map, not in a oneof."""
    return not field.is_repeated and field.oneof is None


def follow(index: Index, root: MessageDef, path: str) -> Chain | None:
    """Return the fields that a dotted path names, or None if it leads nowhere."""
    chain: list[FieldDef] = []
    message: MessageDef | None = root
    for name in path.split("."):
        field = message.field(name) if message else None
        if field is None:
            return None
        chain.append(field)
        message = index.type_of(field)
    return tuple(chain)
