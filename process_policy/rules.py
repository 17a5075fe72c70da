"""The rules: an ID that never changes, why it matters for a replayed workflow, and the mend."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from process_policy.practice.rules import PRACTICE_RULES
from process_policy.rule import Rule

__all__ = ["RULES", "Rule"]

_RULES = (
    Rule(
        "DET001",
        "reads a clock of the host",
        "A replay happens later than the first run, so the value differs and branches go another way.",
        "use workflow.now() or workflow.time()",
    ),
    Rule(
        "DET002",
        "blocks the thread to sleep",
        "The sleep leaves no timer in the history, holds the worker's thread, and is slept again on replay.",
        "use workflow.sleep(), asyncio.sleep() or until(..., timeout=...)",
    ),
    Rule(
        "DET003",
        "draws from randomness of the host",
        "Every replay draws another value.",
        "use workflow.random(), a random.Random with a fixed seed, or an activity",
    ),
    Rule(
        "DET004",
        "makes a UUID from the clock or from randomness",
        "Every replay makes another ID, so an activity gets another argument than the history holds.",
        "use workflow.uuid4(), or uuid.uuid5() of values of the workflow",
    ),
    Rule(
        "DET005",
        "reads the environment or the host",
        "Another worker, or the same one after a deployment, has other values.",
        "pass the value in the start message, or read it in an activity",
    ),
    Rule(
        "DET006",
        "touches files or standard streams",
        "Contents differ between hosts and moments, and writes happen again on every replay.",
        "do it in an activity",
    ),
    Rule(
        "DET007",
        "talks to the network or a database",
        "The answer is not in the history, and the call is made again on every replay.",
        "do it in an activity",
    ),
    Rule(
        "DET008",
        "starts or signals a process of the host",
        "The effect is not in the history and happens again on every replay.",
        "do it in an activity",
    ),
    Rule(
        "DET009",
        "uses threads, locks or executors",
        "The operating system decides who runs first; the history does not record it.",
        "use asyncio tasks, workflow.wait_condition() and activities",
    ),
    Rule(
        "DET010",
        "uses an asyncio function whose order or loop is not the workflow's",
        "These go through sets, threads or another event loop, so the order of steps can differ on replay.",
        "use workflow.wait(), workflow.as_completed() or asyncio.gather()",
    ),
    Rule(
        "DET011",
        "depends on the order of a set",
        "The order of a set of strings changes with the hash seed of each Python process.",
        "sort it first, or keep a list or a dict",
    ),
    Rule(
        "DET012",
        "uses a Temporal client in workflow code",
        "A client call is network I/O that the history does not record.",
        "use workflow.get_external_workflow_handle(), a child workflow, or an activity",
    ),
    Rule(
        "DET013",
        "leaves the workflow sandbox",
        "Inside the block nothing stops non-deterministic code.",
        "move the code into an activity",
    ),
    Rule(
        "DET014",
        "depends on hash() or id()",
        "hash() of text changes with the hash seed, id() is a memory address.",
        "use hashlib, or a field of the value",
    ),
    Rule(
        "DET015",
        "runs or imports code by name",
        "What runs is not visible to a reader or to this check, and may differ between deployments.",
        "import at the top of the module and call it by name",
    ),
    Rule(
        "DET016",
        "uses state that outlives the run",
        "Data of a module or a class is shared by all runs of one process and is gone in the next process.",
        "keep it in an attribute of the workflow instance, set in __init__",
    ),
    Rule(
        "DET017",
        "depends on memory: garbage collection, references or addresses",
        "When objects are collected, and where they lie, differs from process to process.",
        "keep what you need in a field, and compare values by their fields",
    ),
    Rule(
        "DET018",
        "turns an object without text of its own into text",
        "The default text of an object holds its memory address, which differs in every process.",
        "give the class a __repr__ or make it a dataclass, or write the fields",
    ),
    Rule(
        "DET019",
        "changes the state of the whole process",
        "It acts on every other workflow of the worker, and happens again on every replay.",
        "do it where the worker starts",
    ),
    Rule(
        "DET020",
        "changes the workflow in a query or a validator",
        "Neither is in the history, so a replay does not repeat the change and goes another way.",
        "only read there; change the workflow in a signal or an update",
    ),
    Rule(
        "IMP001",
        "imports what the project does not allow in workflow code",
        "What workflow code can import it can call; a short list keeps clients, drivers and clocks out.",
        "move the code that needs it into an activity, or add the module to allow-imports",
    ),
    Rule(
        "POL001",
        "an ignore comment that cannot be used",
        "An exception without a known rule or without a reason cannot be judged later.",
        "write `# policy: ignore[DET003] why this is safe here`",
    ),
    Rule(
        "POL002",
        "an ignore comment that ignores nothing",
        "It would hide the next finding on its line.",
        "remove it",
    ),
)

_FAMILIES = ("DET", "PRA", "IMP", "POL")


def _order(rule: Rule) -> tuple[int, str]:
    return _FAMILIES.index(rule.id[:3]), rule.id


RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.id: rule for rule in sorted((*_RULES, *PRACTICE_RULES), key=_order)}
)
"""Every rule by its ID."""
