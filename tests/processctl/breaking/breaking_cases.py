"""One change of a small contract for every rule, and what is said of it there and back again."""

from __future__ import annotations

from typing import NamedTuple

from tests.plugin.plugin_contracts import IDEMPOTENCY, SCHEMA, START, command, fact, outbound, shop
from tests.plugin.rule_cases import binding, rpc, service, template

_KEY_MARK = "[(process.v1.markers).workflow_key = true]"
_VERSION_MARK = "[(process.v1.markers).aggregate_version = true]"
_PAID = fact("Paid", "int64 cents = 1; Part part = 2; int64 seen = 3;")
_DONE = outbound("Done", 'stream_ref: "a" partition_key_fields: "id"', "string id = 1; string also = 2;")
_STATE = """message S { option (process.v1.state) = {};
  string x = 1 [(process.v1.markers).search_attribute = "X"]; int64 y = 2; }"""
_QUERY = 'message Q { option (process.v1.query) = { response: "shop.v1.Reply" }; }'
_RPCS = rpc("Do", "start_to_close_timeout: { seconds: 5 }") + rpc("Undo", sides="(Req) returns (Other)")
_MORE = "\n".join(
    [
        _PAID,
        command("Ask", 'delivery: UPDATE response: "shop.v1.Reply"', "Colour colour = 1;"),
        _DONE,
        "message Part { string a = 1; string b = 2; }",
        "enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; COLOUR_BLUE = 2; }",
        "message Reply { bool ok = 1; } message Reply2 { bool ok = 1; } message Other {}",
        _STATE,
        _QUERY,
        "message OrderResultV1 { string outcome = 1; string more = 2; }",
        service(_RPCS),
    ]
)
_OPTIONS = f"""{binding("publish")} {binding("ingress")} kind: ENTITY
  schedules: {{ name: "s" cron: "@daily" }} schedules: {{ name: "t" cron: "@daily" }}"""
BASE = shop(
    _OPTIONS,
    key=f"message Key {{ string tenant_id = 1 {_KEY_MARK}; string id = 2 {_KEY_MARK}; string note = 3; }}",
    meta="string source = 4; string other = 5; int64 version = 6;",
    cases="Paid paid = 11; Ask ask = 12;",
    more=_MORE,
)


class Case(NamedTuple):
    """Edits of the text, the rules that are found by them, and those of the way back."""

    edits: tuple[tuple[str, str], ...]
    there: tuple[str, ...]
    back: tuple[str, ...]

    def edited(self) -> str:
        """Return the contract after the change."""
        text = BASE
        for old, new in self.edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text


def edit(old: str, new: str, *there: str, back: tuple[str, ...] | None = None) -> Case:
    """Return a change in one place; the way back is found by the same rules unless `back` says otherwise."""
    return Case(((old, new),), there, there if back is None else back)


def option(text: str, rule: str, back: str | None = None) -> Case:
    """Return a change of the process option."""
    return edit("kind: ENTITY", f"kind: ENTITY {text}", rule, back=(back or rule,))


def of_activity(text: str, rule: str, back: str | None = None) -> Case:
    """Return a change of one activity's options."""
    options = "start_to_close_timeout: {"
    return edit(options, f"{text} {options}", rule, back=(back or rule,))


_ID = "proc/{name}/{meta.key.id}/{meta.key.tenant_id}"
_SECOND_START = " message OrderStartV2 { uint32 start_version = 1; Key key = 2; string more = 3; }"
_WRAPPER = " message Start { option (process.v1.start) = {}; oneof version { OrderStartV1 v1 = 1; } }"
_MARKED = "[(process.v1.markers) = { schema_version: true }]"
_EVENT_ID = "string event_id = 10 [(process.v1.markers) = { idempotency_key: true }];"
_PAID_FACT = "message Paid { option (process.v1.fact) = {  };"
_SCHEDULES = 'schedules: { name: "s" cron: "@daily" } schedules: { name: "t" cron: "@daily" }'
_INDEXED = 'string x = 1 [(process.v1.markers).search_attribute = "X"];'

CASES: dict[str, Case] = {
    # Identity.
    "workflow type": option('workflow_type: "W"', "WORKFLOW_TYPE_CHANGED"),
    "task queue": option('default_task_queue: "q"', "TASK_QUEUE_CHANGED"),
    "queue of a group": option('worker_group: "g"', "TASK_QUEUE_CHANGED"),
    "worker group": option('worker_group: "g" default_task_queue: "order"', "WORKER_GROUP_CHANGED"),
    "id template": option(template(_ID), "WORKFLOW_ID_CHANGED"),
    "id prefix": option('workflow_id: { prefix: "p" }', "WORKFLOW_ID_CHANGED"),
    "id by request": option("workflow_id: { mode: MODE_IDEMPOTENCY_KEY }", "WORKFLOW_ID_CHANGED"),
    "key field": edit(
        "string note = 3;",
        f"string note = 3 {_KEY_MARK};",
        "KEY_FIELD_ADDED",
        "WORKFLOW_ID_CHANGED",
        back=("KEY_FIELD_REMOVED", "WORKFLOW_ID_CHANGED"),
    ),
    "tenant": edit(
        f"tenant_id = 1 {_KEY_MARK}",
        "tenant_id = 1 [(process.v1.markers) = { workflow_key: true sensitive: true }]",
        "SENSITIVE_CHANGED",
        "TENANT_CHANGED",
    ),
    "reuse": option("reuse_policy: ALLOW_DUPLICATE", "REUSE_POLICY_LOOSENED", "REUSE_POLICY_TIGHTENED"),
    "reuse after failure": option(
        "reuse_policy: ALLOW_DUPLICATE_FAILED_ONLY", "REUSE_POLICY_LOOSENED", "REUSE_POLICY_TIGHTENED"
    ),
    "singleton": option("singleton_per_key: true", "SINGLETON_CHANGED"),
    "kind": edit(
        "kind: ENTITY",
        "kind: TRANSACTION versioning_behavior: AUTO_UPGRADE workflow_id: { mode: MODE_BUSINESS_KEY }",
        "KIND_CHANGED",
    ),
    "versioning": option("versioning_behavior: PINNED", "VERSIONING_CHANGED"),
    "execution timeout": option("execution_timeout: { seconds: 60 }", "TIMEOUT_CHANGED"),
    "run timeout": option("run_timeout: {}", "TIMEOUT_CHANGED"),
    "task timeout": option("task_timeout: { seconds: 5 }", "TIMEOUT_CHANGED"),
    # What it receives.
    "envelope": edit("message Event {", "message Envelope {", "ENVELOPE_CHANGED"),
    "idempotency key": edit(
        IDEMPOTENCY,
        f"string idempotency_key = 2; {_EVENT_ID}",
        "FIELD_ADDED",
        "IDEMPOTENCY_KEY_CHANGED",
        back=("IDEMPOTENCY_KEY_CHANGED",),
    ),
    "schema version": edit(
        SCHEMA,
        f"uint32 schema_version = 3; uint32 schema = 9 {_MARKED};",
        "FIELD_ADDED",
        "SCHEMA_VERSION_CHANGED",
        back=("SCHEMA_VERSION_CHANGED",),
    ),
    "aggregate version": edit(
        "int64 version = 6;", f"int64 version = 6 {_VERSION_MARK};", "AGGREGATE_VERSION_CHANGED"
    ),
    "aggregate version of a fact": edit(
        "int64 seen = 3;", f"int64 seen = 3 {_VERSION_MARK};", "AGGREGATE_VERSION_CHANGED"
    ),
    "aggregate version in a field of its own": edit(
        "string other = 5;",
        f"int64 seen = 7 {_VERSION_MARK}; string other = 5;",
        "AGGREGATE_VERSION_ADDED",
        "FIELD_ADDED",
        back=("AGGREGATE_VERSION_CHANGED",),
    ),
    "meta field": edit(
        "string other = 5;",
        "string traceparent = 7; string other = 5;",
        "FIELD_ADDED",
        "META_FIELD_ADDED",
        back=("META_FIELD_CHANGED",),
    ),
    "sensitive": edit(
        "int64 cents = 1;", "int64 cents = 1 [(process.v1.markers).sensitive = true];", "SENSITIVE_CHANGED"
    ),
    "event": Case(
        (("Ask ask = 12;", "Ask ask = 12; New new = 13;"), ("message Part", fact("New") + " message Part")),
        ("EVENT_ADDED", "FIELD_ADDED"),
        ("EVENT_REMOVED",),
    ),
    "event type": edit("shop.Paid.v1", "shop.Paid.v2", "EVENT_TYPE_CHANGED"),
    "message of an event": Case(
        (("Paid paid = 11;", "Payment paid = 11;"), ("message Paid", "message Payment")),
        ("EVENT_MESSAGE_CHANGED",),
        ("EVENT_MESSAGE_CHANGED",),
    ),
    "delivery": edit(
        'delivery: UPDATE response: "shop.v1.Reply"',
        "delivery: SIGNAL",
        "EVENT_DELIVERY_CHANGED",
        back=("EVENT_REPLIES",),
    ),
    "starts": edit(
        _PAID_FACT,
        _PAID_FACT.replace("{  }", "{ starts: false }"),
        "EVENT_NO_LONGER_STARTS",
        back=("EVENT_STARTS",),
    ),
    "response": edit(
        'UPDATE response: "shop.v1.Reply"', 'UPDATE response: "shop.v1.Reply2"', "RESPONSE_CHANGED"
    ),
    "role": edit(_PAID_FACT, _PAID_FACT.replace("fact", "command"), "EVENT_ROLE_CHANGED"),
    "subject of an event": edit(
        '"shop.Paid.v1"', '"shop.Paid.v1" schema_subject: "s"', "SCHEMA_SUBJECT_CHANGED"
    ),
    # Start messages, state, queries.
    "start version": edit(
        START, START + _SECOND_START, "START_VERSION_ADDED", back=("START_VERSION_REMOVED",)
    ),
    "start message": edit(
        START,
        START.replace("OrderStartV1 {", "Begin { option (process.v1.start) = { version: 1 };"),
        "START_MESSAGE_CHANGED",
    ),
    "version of a start message": edit(
        START,
        START.replace("Key key", "uint32 v = 3 [(process.v1.markers).start_version = true]; Key key"),
        "FIELD_ADDED",
        "START_FIELD_CHANGED",
        "START_FILL_CHANGED",
        "START_FILL_CHANGED",
        back=("START_FIELD_CHANGED", "START_FILL_CHANGED", "START_FILL_CHANGED"),
    ),
    "wrapper": edit(START, START + _WRAPPER, "START_WRAPPER_CHANGED"),
    "fill": edit(
        START,
        START.replace(
            "Key key = 2;", 'Key key = 2; string n = 3 [(process.v1.markers).from = "meta.other"];'
        ),
        "FIELD_ADDED",
        "START_FILL_CHANGED",
        back=("START_FILL_CHANGED",),
    ),
    "result": edit("message OrderResultV1", "message Result", "RESULT_CHANGED", back=("RESULT_ADDED",)),
    "another result": edit(
        START,
        START.replace("{ uint32", '{ option (process.v1.start) = { result: "shop.v1.Reply" }; uint32'),
        "RESULT_CHANGED",
    ),
    "state": Case(
        (("option (process.v1.state) = {};", ""), (_INDEXED, "string x = 1;")),
        ("SEARCH_ATTRIBUTE_REMOVED", "STATE_REMOVED"),
        ("SEARCH_ATTRIBUTE_ADDED", "STATE_ADDED"),
    ),
    "state message": edit("message S {", "message Kept {", "STATE_MESSAGE_CHANGED"),
    "search attribute": edit(
        "int64 y = 2;",
        'int64 y = 2 [(process.v1.markers).search_attribute = "Y"];',
        "SEARCH_ATTRIBUTE_ADDED",
        back=("SEARCH_ATTRIBUTE_REMOVED",),
    ),
    "field of a search attribute": edit(
        f"{_INDEXED} int64 y = 2;",
        'string x = 1; int64 y = 2 [(process.v1.markers).search_attribute = "X"];',
        "SEARCH_ATTRIBUTE_FIELD_CHANGED",
        "SEARCH_ATTRIBUTE_TYPE_CHANGED",
    ),
    "query": edit("message Q {", "message Question {", "QUERY_ADDED", "QUERY_REMOVED"),
    "response of a query": edit(
        '(process.v1.query) = { response: "shop.v1.Reply"',
        '(process.v1.query) = { response: "shop.v1.Reply2"',
        "QUERY_RESPONSE_CHANGED",
    ),
    # Activities.
    "activity": edit(
        "rpc Undo", "rpc More(Req) returns (Req); rpc Undo", "ACTIVITY_ADDED", back=("ACTIVITY_REMOVED",)
    ),
    "name of an activity": edit("rpc Undo", "rpc Revoke", "ACTIVITY_RENAMED"),
    "service of activities": edit("service Work", "service Job", "ACTIVITY_RENAMED", "ACTIVITY_RENAMED"),
    "request of an activity": edit("rpc Undo(Req)", "rpc Undo(Reply)", "ACTIVITY_MESSAGE_CHANGED"),
    "response of an activity": edit("returns (Other)", "returns (Reply2)", "ACTIVITY_MESSAGE_CHANGED"),
    "local": of_activity("local: true", "ACTIVITY_LOCAL_CHANGED"),
    "cancellation": of_activity("cancellation: WAIT", "ACTIVITY_CANCELLATION_CHANGED"),
    "compensation": of_activity('compensated_by: "Undo"', "ACTIVITY_COMPENSATION_CHANGED"),
    "queue of an activity": of_activity('task_queue: "z"', "ACTIVITY_QUEUE_ADDED", "ACTIVITY_QUEUE_CHANGED"),
    "timeout of an activity": edit("seconds: 5", "seconds: 6", "ACTIVITY_TIMEOUT_CHANGED"),
    "waiting for a worker": of_activity(
        "schedule_to_start_timeout: { seconds: 9 }", "ACTIVITY_TIMEOUT_CHANGED"
    ),
    "timeout of all activities": edit(
        "(process.v1.activities) = {}",
        "(process.v1.activities) = { schedule_to_close_timeout: { seconds: 60 } }",
        "ACTIVITY_TIMEOUT_CHANGED",
        "ACTIVITY_TIMEOUT_CHANGED",
    ),
    "heartbeat": of_activity("heartbeat_timeout: { seconds: 1 }", "ACTIVITY_HEARTBEAT_CHANGED"),
    "retry": of_activity(
        'retry: { maximum_attempts: 9 non_retryable_error_types: "No" }', "ACTIVITY_RETRY_CHANGED"
    ),
    # Facts.
    "fact": edit(_DONE, _DONE + outbound("Told", 'stream_ref: "a"'), "FACT_ADDED", back=("FACT_REMOVED",)),
    "type of a fact": edit("shop.Done.v1", "shop.Done.v2", "FACT_TYPE_CHANGED"),
    "message of a fact": edit("message Done", "message Ended", "FACT_MESSAGE_CHANGED"),
    "stream of a fact": Case(
        (("kind: ENTITY", "kind: ENTITY " + binding("publish", "b")), ('stream_ref: "a"', 'stream_ref: "b"')),
        ("FACT_STREAM_CHANGED", "STREAM_ADDED"),
        ("FACT_STREAM_CHANGED", "STREAM_REMOVED"),
    ),
    "subject of a fact": edit(
        'stream_ref: "a"', 'stream_ref: "a" schema_subject: "s"', "FACT_SUBJECT_CHANGED"
    ),
    "partition": edit('partition_key_fields: "id"', 'partition_key_fields: "also"', "FACT_PARTITION_CHANGED"),
    "id of a fact": edit(
        'partition_key_fields: "id"',
        'partition_key_fields: "id" idempotency_key_fields: "id"',
        "FACT_ID_CHANGED",
    ),
    # Bindings.
    "stream": option(binding("publish", "n"), "STREAM_ADDED", "STREAM_REMOVED"),
    "binding of a stream": edit(binding("publish"), binding("publish", ref="z"), "STREAM_REBOUND"),
    "progress": option(binding("publish", "progress"), "PROGRESS_ADDED", "PROGRESS_REMOVED"),
    "subscription": option(binding("ingress", "n"), "SUBSCRIPTION_ADDED", "SUBSCRIPTION_REMOVED"),
    "kind of a subscription": edit(
        binding("ingress"), binding("ingress", kind="nats"), "SUBSCRIPTION_REBOUND"
    ),
    "schedule": option('schedules: { name: "n" cron: "@daily" }', "SCHEDULE_ADDED", "SCHEDULE_REMOVED"),
    "cron": edit('name: "s" cron: "@daily"', 'name: "s" interval: { seconds: 60 }', "SCHEDULE_CHANGED"),
    "time zone": edit(
        'name: "s" cron: "@daily"', 'name: "s" cron: "@daily" time_zone: "Europe/Berlin"', "SCHEDULE_CHANGED"
    ),
    "overlap": edit(
        'name: "s" cron: "@daily"',
        'name: "s" cron: "@daily" overlap: ALLOW_ALL catchup_window: { seconds: 60 }',
        "SCHEDULE_CHANGED",
    ),
    "last schedule": edit(
        _SCHEDULES,
        "",
        "LAST_SCHEDULE_REMOVED",
        "LAST_SCHEDULE_REMOVED",
        back=("SCHEDULE_ADDED", "SCHEDULE_ADDED"),
    ),
    # Messages: what is gone without being reserved is for buf to say.
    "field": edit("string a = 1;", "string a = 1; string z = 9;", "FIELD_ADDED", back=()),
    "retired field": edit(
        "string b = 2;", 'reserved 2; reserved "b";', "FIELD_RETIRED", back=("FIELD_ADDED",)
    ),
    "retired field of a fact": edit(
        "string also = 2;", 'reserved 2; reserved "also";', "FIELD_RETIRED_FOR_PEERS", back=("FIELD_ADDED",)
    ),
    "presence": edit("int64 cents", "optional int64 cents", "FIELD_PRESENCE_CHANGED"),
    "enum value": edit("COLOUR_RED = 1;", "COLOUR_RED = 1; COLOUR_NEW = 9;", "ENUM_VALUE_ADDED", back=()),
    "retired enum value": edit(
        "COLOUR_BLUE = 2;",
        'reserved 2; reserved "COLOUR_BLUE";',
        "ENUM_VALUE_RETIRED",
        back=("ENUM_VALUE_ADDED",),
    ),
}
"""By what changes."""
