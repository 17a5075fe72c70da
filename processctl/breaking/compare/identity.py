"""What a process is known by, and how its executions are started."""

from __future__ import annotations

from collections.abc import Iterator

from processctl.breaking.contract import Contract, shown
from processctl.breaking.rule import (
    Change,
    addition,
    breaks_executions,
    breaks_peers,
    safe,
)
from protoc_gen_process.model import IdKeyField, IdLiteral, IdPart, KeyField, ReusePolicy

# Field numbers of ProcessOptions.
_NAME, _TYPE, _QUEUE, _ID, _KIND, _SINGLETON, _REUSE, _VERSIONING, _GROUP = range(1, 10)
_TIMEOUTS = {"execution_timeout": 12, "run_timeout": 13, "task_timeout": 14}
_TENANT = frozenset({"tenant", "tenant_id"})
_ALLOWED = (
    ReusePolicy.REJECT_DUPLICATE,
    ReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    ReusePolicy.ALLOW_DUPLICATE,
)

PROCESS_ADDED = safe("PROCESS_ADDED", "No execution of it runs yet.")
PROCESS_REMOVED = breaks_executions(
    "PROCESS_REMOVED",
    "No worker runs its workflow any more, so running executions wait for ever.",
    "remove it when its last execution has ended, and then acknowledge that",
)
PROCESS_RENAMED = breaks_executions(
    "PROCESS_RENAMED",
    "Workflow IDs, schedules, dead letters and the generated package hold the name, and begin anew.",
    "keep the name, or let a process of the new name run beside the old one until that has ended",
)
WORKFLOW_TYPE_CHANGED = breaks_executions(
    "WORKFLOW_TYPE_CHANGED",
    "Workers know only the new type, so the tasks of running executions fail.",
    "keep `workflow_type`; write it out if the name or the proto package has to change",
)
TASK_QUEUE_CHANGED = breaks_executions(
    "TASK_QUEUE_CHANGED",
    "Running executions stay on the old queue, which no worker polls any more.",
    "keep `default_task_queue`, or let workers with the old TEMPORAL_TASK_QUEUE run until the last has ended",
)
WORKER_GROUP_CHANGED = safe(
    "WORKER_GROUP_CHANGED",
    "Another generated worker and ingress serve the process, on the same queue.",
    "deploy these in place of the old ones",
)
WORKFLOW_ID_CHANGED = breaks_executions(
    "WORKFLOW_ID_CHANGED",
    "Events for running executions go to other IDs: they start second executions, or find none.",
    "keep `workflow_id` and the key fields that it holds",
)
KEY_FIELD_ADDED = breaks_peers(
    "KEY_FIELD_ADDED",
    "Ingress refuses events without it, and nobody sends it yet.",
    "leave the key as it is, or begin a process of another name with the new key",
)
KEY_FIELD_REMOVED = breaks_peers(
    "KEY_FIELD_REMOVED",
    "Events that differed in nothing but this field are now for the same key.",
    "leave the key as it is, or begin a process of another name with the new key",
)
TENANT_CHANGED = breaks_peers(
    "TENANT_CHANGED",
    "Facts name another tenant, or none, and are partitioned by it.",
    "keep the key's field `tenant_id` or `tenant`, and do not make it sensitive",
)
REUSE_POLICY_LOOSENED = addition(
    "REUSE_POLICY_LOOSENED",
    "Running executions do not notice; an event that comes after the end may start another execution.",
)
REUSE_POLICY_TIGHTENED = breaks_peers(
    "REUSE_POLICY_TIGHTENED",
    "What used to start a process again after its end is refused, and becomes a dead letter.",
    "keep `reuse_policy`",
)
SINGLETON_CHANGED = safe(
    "SINGLETON_CHANGED", "It says which reuse policies the contract may have, and nothing at run time."
)
KIND_CHANGED = breaks_executions(
    "KIND_CHANGED",
    "Only an ENTITY continues as new, so replays of a run that did, or has to, differ from its history.",
    "keep `kind`, or begin a process of another name",
)
VERSIONING_CHANGED = safe(
    "VERSIONING_CHANGED",
    "Executions follow the new behaviour from their next workflow task on, each on the build that it is on.",
)
TIMEOUT_CHANGED = safe("TIMEOUT_CHANGED", "Running executions keep the timeouts that they were started with.")


def compare_identity(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of what a process is known by."""
    before, after = old.process, new.process
    if before.name != after.name:
        yield PROCESS_RENAMED("name", before.name, after.name, at=_NAME)
    if before.workflow_type != after.workflow_type:
        yield WORKFLOW_TYPE_CHANGED("workflow type", before.workflow_type, after.workflow_type, at=_TYPE)
    if before.task_queue != after.task_queue:
        yield TASK_QUEUE_CHANGED("task queue", before.task_queue, after.task_queue, at=_QUEUE)
    elif old.group != new.group and before.name == after.name:
        yield WORKER_GROUP_CHANGED("worker group", old.group, new.group, at=_GROUP)
    if _id(old) != _id(new):
        texts = (_id_text(contract.process.workflow_id) for contract in (old, new))
        yield WORKFLOW_ID_CHANGED("workflow ID", *texts, at=_ID)
    yield from _compare_keys(old, new)
    yield from _compare_lifetime(old, new)


def _id(contract: Contract) -> list[object]:
    """Return the ID with fields by number, which a rename leaves as it is."""
    envelope = contract.process.envelope.message
    parts: list[object] = []
    for part in contract.process.workflow_id:
        if isinstance(part, IdLiteral):
            parts.append(part.text)
        else:
            path = part.field.path if isinstance(part, IdKeyField) else part.path
            parts.append((type(part), contract.numbers(envelope, path)))
    return parts


def _id_text(parts: tuple[IdPart, ...]) -> str:
    texts = []
    for part in parts:
        if isinstance(part, IdLiteral):
            texts.append(part.text)
        else:
            texts.append(f"{{{(part.field.path if isinstance(part, IdKeyField) else part.path).dotted}}}")
    return "".join(texts)


def _compare_keys(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = _keys(old), _keys(new)
    for numbers in after.keys() - before.keys():
        yield KEY_FIELD_ADDED(f"key field {after[numbers].path.dotted}")
    for numbers in before.keys() - after.keys():
        yield KEY_FIELD_REMOVED(f"key field {before[numbers].path.dotted}")
    tenants = tuple(map(_tenant, (old, new)))
    if tenants[0] != tenants[1]:
        yield TENANT_CHANGED("tenant", *tenants)


def _keys(contract: Contract) -> dict[tuple[int, ...] | None, KeyField]:
    envelope = contract.process.envelope
    return {contract.numbers(envelope.message, key.path): key for key in envelope.key_fields}


def _tenant(contract: Contract) -> str | None:
    keys = contract.process.envelope.key_fields
    found = next((key for key in keys if key.path.names[-1] in _TENANT), None)
    return None if found is None or found.sensitive else found.path.dotted


def _compare_lifetime(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = old.process, new.process
    if before.kind is not after.kind:
        yield KIND_CHANGED("kind", before.kind.value, after.kind.value, at=_KIND)
    if before.reuse_policy is not after.reuse_policy:
        looser = _ALLOWED.index(before.reuse_policy) < _ALLOWED.index(after.reuse_policy)
        rule = REUSE_POLICY_LOOSENED if looser else REUSE_POLICY_TIGHTENED
        yield rule("reuse policy", before.reuse_policy.value, after.reuse_policy.value, at=_REUSE)
    if before.singleton_per_key != after.singleton_per_key:
        texts = (str(process.singleton_per_key).lower() for process in (before, after))
        yield SINGLETON_CHANGED("singleton_per_key", *texts, at=_SINGLETON)
    if before.versioning_behavior is not after.versioning_behavior:
        values = (process.versioning_behavior.value for process in (before, after))
        yield VERSIONING_CHANGED("versioning behavior", *values, at=_VERSIONING)
    for name, number in _TIMEOUTS.items():
        timeouts = [getattr(process, name) for process in (before, after)]
        if timeouts[0] != timeouts[1]:
            yield TIMEOUT_CHANGED(name, *map(shown, timeouts), at=number)
