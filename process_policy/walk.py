"""Walks the code that workflows reach, breadth first, until nothing new is learnt of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from process_policy.checks import WORKFLOW_CHECKS
from process_policy.findings import Finding
from process_policy.order import Fate
from process_policy.reach import Workflow
from process_policy.resolve import Resolver
from process_policy.scopes import Class, Function, Module
from process_policy.sets import SetOrder
from process_policy.traverse import Place, Step

_MOST_ROUNDS = 8


class Walker:
    """Follows mentions from the entries of workflows; each place is visited by its shortest way.

    What calls pass to parameters is learnt on the way. Places that looked at a parameter before all of its
    values were known are visited again, with all that is connected with them.
    """

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.findings: dict[Finding, None] = {}
        self._queue: deque[Step] = deque()
        self._steps: dict[Place, Step] = {}
        self._linked: dict[Place, set[Place]] = {}
        self._changed: set[Place] = set()
        self._kept: dict[tuple[Function, bool], Step] = {}
        self.calls_unknown: set[Place] = set()
        """What calls something that cannot be told: it may be any function that is kept."""
        self._uses: dict[Place, set[Place | Fate]] = {}
        self._held: list[tuple[Place, Finding]] = []
        self._holding: Place | None = None
        self._only_read: set[Place] = set()
        self._reading = False
        self.at_import: set[Place] = set()
        """Decorators: their bodies run once, when the module is imported."""
        self.modules: dict[Module, None] = {}
        """The files that hold what is reached, in the order it is."""

    def walk(self, workflows: list[Workflow]) -> list[Finding]:
        """Every finding in code that the workflows reach."""
        for workflow in workflows:
            for candidate in self.resolver.lineage(workflow.cls):
                self.resolver.facts.make(workflow.cls, candidate)
        for workflow in workflows:
            for entry in (*workflow.entries, *workflow.readers):
                self._uses[entry] = {Fate.BOUND}
            for entry in workflow.entries:
                self._reach(entry, entry.name, entry.module, ())
            self._reach(workflow.cls, workflow.cls.name, workflow.cls.module, ())
        self._follow()
        self._reading = True
        for workflow in workflows:
            for reader in workflow.readers:
                self._reach(reader, reader.name, reader.module, ())
        self._follow()
        for check in WORKFLOW_CHECKS:
            for workflow in workflows:
                check(workflow, self.resolver, self.add)
        for place, finding in self._held:
            if not self._is_free(place, set()):
                self.add(finding)
        return list(self.findings)

    def is_only_read(self, place: Place) -> bool:
        """Whether only queries and validators lead to `place`, which a replay does not run."""
        return place in self._only_read

    def _follow(self) -> None:
        self._drain()
        for _ in range(_MOST_ROUNDS):
            again = self._affected()
            if again:
                self.resolver.forget()
                self._queue.extend(step for place, step in self._steps.items() if place in again)
            else:
                called = [key for key, step in self._kept.items() if self._may_be_called(key[1], step)]
                if not called:
                    break
                for key in called:
                    function = key[0]
                    self.reach(function, function.name, function.module, self._kept.pop(key))
            self._drain()

    def add(self, finding: Finding) -> None:
        """Keep a finding, once."""
        if self._holding is not None:
            self._held.append((self._holding, finding))
        else:
            self.findings[finding] = None

    @contextmanager
    def unless_callers_are_free(self, function: Place) -> Iterator[None]:
        """Hold findings back until it is known whether any caller of `function` depends on an order."""
        self._holding = function
        yield
        self._holding = None

    def use_result(self, function: Function, fate: Fate, user: Place) -> None:
        """Note what becomes of the order of what a call of `function` gives."""
        self._uses.setdefault(function, set()).add(user if fate is Fate.RETURNED else fate)

    def _is_free(self, place: Place, seen: set[Place]) -> bool:
        """Whether every use of the result is free of its order; an entry is called from outside."""
        uses = self._uses.get(place, set())
        seen.add(place)
        return bool(uses) and all(
            use is Fate.FREE if isinstance(use, Fate) else use not in seen and self._is_free(use, seen)
            for use in uses
        )

    def reach(self, place: Place, name: str, module: Module, step: Step) -> None:
        """Note that `step` mentions `place`."""
        self._linked.setdefault(place, set()).add(step.place)
        self._linked.setdefault(step.place, set()).add(place)
        shown = name if module is step.module else f"{module.name}.{name}"
        self._reach(place, shown, module, step.trace)

    def keep(self, function: Function, step: Step, *, returned: bool) -> None:
        """Note that `step` puts a function into a table or returns it, to be called later if at all."""
        self._kept.setdefault((function, returned), step)

    def _may_be_called(self, returned: bool, step: Step) -> bool:
        """Whether a function that is kept may be what an unknown call calls: nobody throws it away."""
        return bool(self.calls_unknown) and not (returned and self._is_free(step.place, set()))

    def make(self, cls: Class, ancestor: Class) -> None:
        """Note that reached code makes objects of `cls`, which are objects of `ancestor` too."""
        if self.resolver.facts.make(cls, ancestor) and cls is not ancestor:
            self.note_change(ancestor)

    def note_change(self, place: Place) -> None:
        """Note that more is known of what `place` is given than when it was looked at."""
        self._changed.add(place)
        if isinstance(place, Class):
            for bindings in place.scope.bindings.values():
                self._changed.update(binding for binding in bindings if isinstance(binding, Function))

    def _reach(self, place: Place, name: str, module: Module, trace: tuple[str, ...]) -> None:
        if place not in self._steps:
            step = self._steps[place] = Step(place, name, module, (*trace, name))
            self._queue.append(step)
            self.modules[module] = None
            if self._reading:
                self._only_read.add(place)

    def _drain(self) -> None:
        while self._queue:
            step = self._queue.popleft()
            self.calls_unknown.discard(step.place)  # more may be known now
            visitor = SetOrder(self, step)
            try:
                visitor.run()
            except RecursionError:
                continue  # nested too deeply to be told anything of

    def _affected(self) -> set[Place]:
        """Everything connected with what has changed: values go through calls, returns and attributes."""
        waiting = [place for place in self._changed if place in self._steps]
        self._changed.clear()
        found: set[Place] = set()
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting.extend(self._linked.get(place, ()))
        return found
