"""What a contract means: defaults, IDs, deliveries, start messages, markers at any depth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from protoc_gen_process import model
from protoc_gen_process.naming import FieldName
from tests.plugin.plugin_contracts import (
    FILE,
    IDEMPOTENCY,
    PLACED,
    SCHEMA,
    START,
    command,
    fact,
    outbound,
    parse,
    shop,
)
from tests.plugin.rule_cases import binding, rpc, service, template

_TENANT = "string tenant = 4 [(process.v1.markers).workflow_key = true];"


def process(contract: str | dict[str, str], to_generate: tuple[str, ...] | None = None) -> model.Process:
    """Return the first process of a contract that breaks no rule."""
    result = parse(contract, to_generate)
    assert result.generation is not None, "\n".join(map(str, result.diagnostics))
    return result.generation.groups[0].processes[0]


def workflow_id(of: model.Process) -> str:
    """Return the ID as its author would write the template."""
    texts = []
    for part in of.workflow_id:
        match part:
            case model.IdLiteral(text):
                texts.append(text)
            case model.IdKeyField(field):
                texts.append(f"{{{field.path.dotted}}}")
            case model.IdIdempotencyKey(path):
                texts.append(f"{{{path.dotted}}}")
    return "".join(texts)


def start_message(body: str) -> str:
    """A start message with further fields."""
    return f"message OrderStartV1 {{ uint32 start_version = 1; {body} }}"


def fills(of: model.Process) -> dict[str, tuple[str, str | None]]:
    """Return what the newest start message is filled with."""
    return {
        f.field: (f.source.name, f.envelope_path.dotted if f.envelope_path else None)
        for f in of.start.newest.fills
    }


@pytest.mark.requirement("R047", "R055", "R013", "R016", "R017")
def test_defaults_of_an_entity() -> None:
    p = process(shop())
    assert (p.name, p.api_major, p.api_minor) == ("order", 1, 0)
    assert p.workflow_type == "shop.v1.OrderWorkflow"
    assert p.task_queue == "order"
    assert p.kind is model.Kind.ENTITY
    assert p.reuse_policy is model.ReusePolicy.REJECT_DUPLICATE
    assert p.versioning_behavior is model.VersioningBehavior.AUTO_UPGRADE
    assert workflow_id(p) == "proc/order/{meta.key.id}"
    assert (p.execution_timeout, p.run_timeout, p.task_timeout) == (None, None, None)
    assert (p.package, p.class_prefix, p.impl_module) == ("order", "Order", "processes.order")
    assert [e.delivery for e in p.events] == [model.Delivery.SIGNAL_WITH_START]


@pytest.mark.requirement("R016", "R017", "R052")
def test_defaults_of_a_transaction() -> None:
    p = process(shop("kind: TRANSACTION"))
    assert p.reuse_policy is model.ReusePolicy.REJECT_DUPLICATE
    assert p.versioning_behavior is model.VersioningBehavior.PINNED
    assert workflow_id(p) == "proc/order/{meta.idempotency_key}"


@pytest.mark.requirement("R014", "R015", "R012")
@pytest.mark.parametrize("policy", ["REJECT_DUPLICATE", "ALLOW_DUPLICATE_FAILED_ONLY", "ALLOW_DUPLICATE"])
def test_reuse_policy_is_what_the_contract_says(policy: str) -> None:
    assert process(shop(f"reuse_policy: {policy}")).reuse_policy.value == policy


@pytest.mark.requirement("R014")
def test_a_singleton_rejects_duplicates() -> None:
    p = process(shop("singleton_per_key: true reuse_policy: REJECT_DUPLICATE"))
    assert p.singleton_per_key
    assert process(shop("singleton_per_key: true")).reuse_policy is model.ReusePolicy.REJECT_DUPLICATE


@pytest.mark.parametrize("value", ["PINNED", "AUTO_UPGRADE"])
def test_versioning_behavior_is_what_the_contract_says(value: str) -> None:
    assert process(shop(f"versioning_behavior: {value}")).versioning_behavior.value == value


def test_unspecified_enum_values_mean_unset() -> None:
    options = (
        "kind: KIND_UNSPECIFIED reuse_policy: REUSE_POLICY_UNSPECIFIED workflow_id: { "
        "mode: MODE_UNSPECIFIED }"
    )
    assert process(shop(options))._replace(checksum="") == process(shop())._replace(checksum="")


def test_timeouts_tell_unset_from_zero() -> None:
    p = process(shop("execution_timeout: { seconds: 90 nanos: 5000 } run_timeout: {}"))
    assert p.execution_timeout == timedelta(seconds=90, microseconds=5)
    assert p.run_timeout == timedelta(0)
    assert p.task_timeout is None


@pytest.mark.requirement("R051", "R063", "R066")
def test_business_key_joins_all_keys_by_field_number_whatever_the_order_of_declaration() -> None:
    one = shop(meta=_TENANT)
    other = one.replace("Key key = 1;", "").replace(_TENANT, f"{_TENANT} Key key = 1;")
    assert workflow_id(process(one)) == "proc/order/{meta.key.id}/{meta.tenant}"
    assert process(other).workflow_id == process(one).workflow_id
    assert process(other).checksum == process(one).checksum


@pytest.mark.requirement("R051", "R052", "R053", "R054", "R043")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ('workflow_id: { prefix: "p" }', "p/order/{meta.key.id}/{meta.tenant}"),
        ("workflow_id: { mode: MODE_IDEMPOTENCY_KEY }", "proc/order/{meta.idempotency_key}"),
        (
            'kind: TRANSACTION workflow_id: { mode: MODE_BUSINESS_KEY prefix: "p.q" }',
            "p.q/order/{meta.key.id}/{meta.tenant}",
        ),
        (template("{name}/{meta.tenant}/{meta.key.id}"), "order/{meta.tenant}/{meta.key.id}"),
        (
            template("proc/{name}/{meta.tenant}:{meta.key.id}", 'prefix: "proc"'),
            "proc/order/{meta.tenant}:{meta.key.id}",
        ),
        (
            template("{name}/{meta.tenant}/{meta.key.id}", 'prefix: "proc"'),
            "proc/order/{meta.tenant}/{meta.key.id}",
        ),
        (
            template("process/{name}/{meta.tenant}/{meta.key.id}", 'prefix: "proc"'),
            "proc/process/order/{meta.tenant}/{meta.key.id}",
        ),
        (
            template("a.b/{name}/{meta.tenant}/{meta.key.id}", 'prefix: "a.b"'),
            "a.b/order/{meta.tenant}/{meta.key.id}",
        ),
        (template("sales.order.{meta.tenant}.{meta.key.id}"), "sales.order.{meta.tenant}.{meta.key.id}"),
        (template("{meta.tenant}:order:{meta.key.id}"), "{meta.tenant}:order:{meta.key.id}"),
        (template("{name}/{meta.tenant}-{meta.key.id}"), "order/{meta.tenant}-{meta.key.id}"),
        (
            "kind: TRANSACTION " + template("{name}/{meta.tenant}/{meta.key.id}/{meta.idempotency_key}"),
            "order/{meta.tenant}/{meta.key.id}/{meta.idempotency_key}",
        ),
    ],
)
def test_workflow_id(options: str, expected: str) -> None:
    assert workflow_id(process(shop(options, meta=_TENANT))) == expected


@pytest.mark.requirement("R043")
def test_hyphen_and_underscore_are_the_same_in_a_written_out_name() -> None:
    contract = shop(
        template("sales.quote_approval.{meta.key.id}"),
        name='name: "quote-approval"',
        start=START.replace("Order", "QuoteApproval"),
    )
    assert workflow_id(process(contract)) == "sales.quote_approval.{meta.key.id}"


@pytest.mark.requirement("R061", "R037", "R042")
def test_markers_hold_at_any_depth_and_under_any_name() -> None:
    contract = shop(
        key="enum Region { REGION_UNSPECIFIED = 0; EU = 1; }",
        meta_key="Deep deep = 1;",
        idempotency="",
        schema="",
        more="message Deep { Deeper deeper = 7; optional int64 number = 8 "
        "[(process.v1.markers).workflow_key = true]; }"
        "message Deeper { string dedupe = 1 [(process.v1.markers).idempotency_key = true];"
        " sint32 revision = 2 [(process.v1.markers).schema_version = true];"
        " Region region = 3 [(process.v1.markers) = { workflow_key: true sensitive: true }]; }",
        start=start_message(""),
    )
    e = process(contract).envelope
    assert e.idempotency_key.dotted == "meta.deep.deeper.dedupe"
    assert e.schema_version.dotted == "meta.deep.deeper.revision"
    assert [(k.name, k.path.dotted, k.type.name, k.sensitive) for k in e.key_fields] == [
        ("region", "meta.deep.deeper.region", "ENUM", True),
        ("number", "meta.deep.number", "INTEGER", False),
    ]
    assert (e.key_fields[0].enum_module, e.key_fields[0].enum_path) == ("shop.v1.shop_pb2", "Region")
    assert [p.dotted for p in e.sensitive] == ["meta.deep.deeper.region"]


def test_equal_leaves_are_told_apart_by_their_path() -> None:
    p = process(shop(meta="Key parent = 4;", start=start_message("")))
    assert [k.name for k in p.envelope.key_fields] == ["meta_key_id", "meta_parent_id"]


@pytest.mark.requirement("R038")
def test_optional_meta_fields_are_found_by_name_and_type() -> None:
    contract = shop(
        meta="google.protobuf.Timestamp observed_at = 4; string source = 5; Trace trace = 6; "
        "string causation_id = 7;"
        "int32 correlation_id = 8;",
        more="message Trace { string traceparent = 1; string tracestate = 2; string source = 3; }",
    )
    e = process(contract).envelope
    paths = (e.observed_at, e.source, e.traceparent, e.tracestate, e.causation_id, e.correlation_id)
    assert [p and p.dotted for p in paths] == [
        "meta.observed_at",
        "meta.source",
        "meta.trace.traceparent",
        "meta.trace.tracestate",
        "meta.causation_id",
        None,
    ]


def test_a_marker_on_a_shared_message_is_used_when_one_way_to_it_is() -> None:
    contract = shop(cases="Moved moved = 11;", more=fact("Moved", "Key key = 1; repeated Key others = 2;"))
    assert [k.path.dotted for k in process(contract).envelope.key_fields] == ["meta.key.id"]


def test_sensitive_fields_are_found_in_payloads_and_whole_lists() -> None:
    contract = shop(
        cases="Paid paid = 11;",
        more=fact("Paid", "repeated Card cards = 1; Card card = 2; map<string, Card> by_name = 3;")
        + "message Card { string number = 1 [(process.v1.markers).sensitive = true]; }",
    )
    paths = [p.dotted for p in process(contract).envelope.sensitive]
    assert paths == ["paid.cards", "paid.card.number", "paid.by_name"]


@pytest.mark.requirement("R068")
def test_any_may_stand_beside_the_payload() -> None:
    p = process(shop(envelope="google.protobuf.Any unknown = 2;"))
    assert [e.case for e in p.events] == ["placed"]


@pytest.mark.requirement("R056", "R057")
def test_empty_options_are_present() -> None:
    p = process(shop(cases="Cancel cancel = 11;", more=command("Cancel")))
    assert [(e.is_command, e.starts, e.delivery.name) for e in p.events] == [
        (False, True, "SIGNAL_WITH_START"),
        (True, True, "SIGNAL_WITH_START"),
    ]


@pytest.mark.requirement("R041", "R058", "R059", "R060")
def test_delivery_follows_from_command_and_starts() -> None:
    contract = shop(
        cases="Late late = 11; Cancel cancel = 12; Approve approve = 13; Amend amend = 14;",
        more=fact("Late", options="starts: false", event='schema_subject: "late-value"')
        + command("Cancel", "starts: false")
        + command("Approve", 'delivery: UPDATE response: ".shop.v1.Reply" starts: false')
        + command("Amend", 'delivery: UPDATE response: "shop.v1.Reply"')
        + "message Reply {}",
    )
    p = process(contract)
    assert {e.case: e.delivery.name for e in p.events} == {
        "placed": "SIGNAL_WITH_START",
        "late": "SIGNAL",
        "cancel": "SIGNAL",
        "approve": "UPDATE",
        "amend": "UPDATE_WITH_START",
    }
    assert [e.response.full_name for e in p.events if e.response] == ["shop.v1.Reply"] * 2
    assert p.events[1].schema_subject == "late-value"
    assert [e.event_type for e in p.events] == [
        f"shop.{n}.v1" for n in ("Placed", "Late", "Cancel", "Approve", "Amend")
    ]


def test_a_transaction_starts_with_its_payload_when_the_start_message_carries_it() -> None:
    contract = shop(
        "kind: TRANSACTION",
        cases="Cancel cancel = 11; Ask ask = 12;",
        more=command("Cancel") + command("Ask", 'delivery: UPDATE response: "shop.v1.Key"'),
        start=start_message("Placed placed = 2; Ask ask = 3;"),
    )
    p = process(contract)
    assert {e.case: e.delivery.name for e in p.events} == {
        "placed": "START",
        "cancel": "SIGNAL_WITH_START",
        "ask": "UPDATE_WITH_START",
    }
    assert fills(p)["placed"] == ("PAYLOAD", "placed")


def test_a_transaction_by_business_key_is_signalled() -> None:
    contract = shop(
        "kind: TRANSACTION workflow_id: { mode: MODE_BUSINESS_KEY }",
        start=start_message("Placed placed = 2;"),
    )
    assert process(contract).events[0].delivery is model.Delivery.SIGNAL_WITH_START


def test_start_message_is_filled_from_the_first_event() -> None:
    contract = shop(
        meta="google.protobuf.Timestamp observed_at = 4; string channel = 5;",
        start=start_message(
            "Key key = 2; google.protobuf.Timestamp started_at = 3; string note = 4;"
            'string via = 5 [(process.v1.markers).from = "meta.channel"];'
            'string sku = 6 [(process.v1.markers).from = "placed.sku"];'
            'Meta meta = 7 [(process.v1.markers).from = "meta"];'
        ),
    )
    p = process(contract)
    assert fills(p) == {
        "start_version": ("START_VERSION", None),
        "key": ("KEY_MESSAGE", "meta.key"),
        "started_at": ("OBSERVED_AT", "meta.observed_at"),
        "via": ("ENVELOPE_PATH", "meta.channel"),
        "sku": ("ENVELOPE_PATH", "placed.sku"),
        "meta": ("ENVELOPE_PATH", "meta"),
    }
    assert [f.is_message for f in p.start.newest.fills] == [False, True, True, False, False, True]
    assert p.start.newest.key_paths is not None
    assert [path.dotted for path in p.start.newest.key_paths] == ["key.id"]


def test_key_paths_come_from_any_fill_and_are_none_when_a_key_is_missing() -> None:
    start = start_message('string id = 2 [(process.v1.markers).from = "meta.key.id"];')
    p = process(shop(start=start))
    assert p.start.newest.key_paths == (model.FieldPath((FieldName("id"),)),)
    assert process(shop(start=start, meta=_TENANT)).start.newest.key_paths is None
    assert process(shop(start=start_message("string id = 2;"))).start.newest.key_paths is None


@pytest.mark.requirement("R065", "R046")
def test_start_versions_side_by_side_oldest_first() -> None:
    contract = shop(
        start="message OrderStartV10 { uint32 start_version = 1; } message OrderStartV2 { uint32 "
        "start_version = 1; }"
        'message Begin { option (process.v1.start) = { version: 1 result: "shop.v1.Key" }; '
        "uint32 v = 4 [(process.v1.markers).start_version = true]; }"
        "message OrderResultV2 {}"
    )
    p = process(contract)
    assert [
        (v.version, v.message.path, v.version_field, v.result and v.result.path) for v in p.start.versions
    ] == [
        (1, "Begin", "v", "Key"),
        (2, "OrderStartV2", "start_version", "OrderResultV2"),
        (10, "OrderStartV10", "start_version", None),
    ]
    assert p.start.newest.version == 10
    assert p.result is None


@pytest.mark.requirement("R065")
def test_start_versions_in_a_wrapper() -> None:
    contract = shop(
        start="message Begin { option (process.v1.start) = {}; oneof version { V1 v1 = 1; BeginV2 v2 = 2; } }"
        "message V1 { Key key = 1; } message BeginV2 { option (process.v1.start) = { version: 2 "
        "}; uint32 start_version = 1; }"
        "message OrderResultV2 {}"
    )
    start = process(contract).start
    assert start.wrapper is not None
    assert (start.wrapper.path, start.wrapper_oneof) == ("Begin", "version")
    assert [(v.version, v.wrapper_case, v.version_field) for v in start.versions] == [
        (1, "v1", None),
        (2, "v2", "start_version"),
    ]
    assert start.newest.result is not None


def test_a_start_message_with_a_oneof_of_its_own_is_no_wrapper() -> None:
    contract = shop(
        start="message OrderStartV1 { option (process.v1.start) = {}; uint32 start_version = 1; "
        "oneof origin { string web = 2; Key shop = 3; } }"
    )
    start = process(contract).start
    assert start.wrapper is None
    assert start.newest.version == 1


@pytest.mark.requirement("R130")
def test_the_result_is_optional() -> None:
    assert process(shop()).result is None
    with_result = process(shop(more="message OrderResultV1 {}"))
    assert with_result.result is not None
    assert with_result.result.full_name == "shop.v1.OrderResultV1"


@pytest.mark.requirement("R049", "R050")
def test_bindings_are_logical_names() -> None:
    p = process(shop(binding("ingress") + binding("ingress", "b", "nats", "B.2_c-d") + binding("publish")))
    assert p.subscriptions == (
        model.Subscription("a", "kafka", "a"),
        model.Subscription("b", "nats", "B.2_c-d"),
    )
    assert p.streams == (model.Stream("a", "kafka", "a"),)


def test_outbound_facts_stand_outside_the_envelope() -> None:
    contract = shop(
        binding("publish", "facts"),
        more=outbound(
            "QuoteApproved",
            'stream_ref: "facts" partition_key_fields: "key.id" idempotency_key_fields: "n" '
            'schema_subject: "s"',
            "Key key = 1; int32 n = 2;",
        ),
    )
    (found,) = process(contract).outbound
    assert (found.emitter, found.constant) == ("emit_quote_approved", "QUOTE_APPROVED")
    assert found.stream_ref == "facts"
    assert [p.dotted for p in (*found.partition_key_fields, *found.idempotency_key_fields)] == ["key.id", "n"]


def test_schedules() -> None:
    contract = shop(
        'schedules: { name: "nightly" cron: "30 6 * * MON-FRI" time_zone: "Europe/Berlin" overlap: BUFFER_ONE'
        " catchup_window: { seconds: 60 } }"
        'schedules: { name: "often" interval: { seconds: 5 } } schedules: { name: "daily" cron: "@daily" }'
    )
    assert process(contract).schedules == (
        model.Schedule(
            "nightly", "30 6 * * MON-FRI", None, "BUFFER_ONE", timedelta(seconds=60), "Europe/Berlin"
        ),
        model.Schedule("often", None, timedelta(seconds=5), "SKIP", None, None),
        model.Schedule("daily", "@daily", None, "SKIP", None, None),
    )


def test_state_search_attributes_and_queries() -> None:
    contract = shop(
        more="message S { option (process.v1.state) = {};"
        'string a = 1 [(process.v1.markers).search_attribute = "A"]; Inner inner = 2;'
        'google.protobuf.Timestamp t = 3 [(process.v1.markers).search_attribute = "T"];'
        'double d = 4 [(process.v1.markers).search_attribute = "D"];'
        'bool b = 5 [(process.v1.markers).search_attribute = "B"];'
        'repeated string l = 6 [(process.v1.markers).search_attribute = "L"]; }'
        'message Inner { fixed64 n = 1 [(process.v1.markers).search_attribute = "N"]; }'
        "\n// Items that are open.\nmessage OpenItems { option (process.v1.query) = { response: "
        '"shop.v1.Inner" }; }'
    )
    p = process(contract)
    assert p.state is not None
    assert [(a.name, a.path.dotted, a.type) for a in p.state.search_attributes] == [
        ("A", "a", "KEYWORD"),
        ("N", "inner.n", "INT"),
        ("T", "t", "DATETIME"),
        ("D", "d", "DOUBLE"),
        ("B", "b", "BOOL"),
        ("L", "l", "KEYWORD_LIST"),
    ]
    (query,) = p.queries
    assert (query.name, query.method, query.handler) == (
        "shop.v1.OpenItems",
        "open_items",
        "query_open_items",
    )
    assert query.doc == "Items that are open."


def test_activities_take_the_rpc_then_the_service_then_the_default() -> None:
    contract = shop(
        more=service(
            rpc("Plain")
            + rpc(
                "Own",
                "heartbeat_timeout: { seconds: 3 } retry: { maximum_attempts: 0 } cancellation: WAIT "
                'task_queue: "gpu" compensated_by: "Import"',
            )
            + rpc("Import", "local: true")
            + rpc("Slow", "retry: { initial_interval: { seconds: 60 } }"),
            "{ start_to_close_timeout: { seconds: 7 } heartbeat_timeout: { seconds: 2 } retry: { "
            "maximum_attempts: 9 "
            'non_retryable_error_types: "Declined" } }',
        )
    )
    plain, own, local, slow = process(contract).activities
    assert plain.name == "shop.v1.Work.Plain"
    assert plain.start_to_close_timeout == timedelta(seconds=7)
    assert plain.retry == model.Retry(timedelta(seconds=2), 2.0, timedelta(seconds=30), 9, ("Declined",))
    assert (own.heartbeat_timeout, own.retry.maximum_attempts) == (timedelta(seconds=3), 0)
    assert (own.cancellation, own.task_queue) == (model.Cancellation.WAIT, "gpu")
    assert own.compensated_by == local.method == "import_"
    assert (local.local, local.heartbeat_timeout, local.constant) == (True, None, "IMPORT")
    assert slow.retry.maximum_interval == timedelta(seconds=60)


def test_activity_timeouts_reach_the_model() -> None:
    contract = shop(
        more=service(
            rpc("Plain")
            + rpc("Own", "schedule_to_start_timeout: { seconds: 3 } local: false")
            + rpc("Near", "local: true"),
            "{ schedule_to_close_timeout: { seconds: 100 } schedule_to_start_timeout: { seconds: 4 } "
            'task_queue: "gpu" cancellation: ABANDON }',
        )
    )
    plain, own, near = process(contract).activities
    assert plain.schedule_to_close_timeout == timedelta(seconds=100)
    assert plain.schedule_to_start_timeout == timedelta(seconds=4)
    assert (plain.task_queue, plain.cancellation) == ("gpu", model.Cancellation.ABANDON)
    assert own.schedule_to_start_timeout == timedelta(seconds=3)
    # A local activity takes no queue from its service: it has none.
    assert (near.local, near.task_queue, near.schedule_to_start_timeout) == (True, None, None)


def test_local_defaults_hold_for_every_rpc_that_names_no_queue() -> None:
    contract = shop(more=service(rpc("Plain") + rpc("Own", 'task_queue: "gpu"'), "{ local: true }"))
    assert [(a.local, a.task_queue) for a in process(contract).activities] == [(True, None), (False, "gpu")]


def test_built_in_activity_defaults() -> None:
    (activity,) = process(shop(more=service(rpc("Do")))).activities
    assert activity.start_to_close_timeout == timedelta(seconds=30)
    assert activity.retry == model.Retry(timedelta(seconds=2), 2.0, timedelta(seconds=30), 5, ())
    assert activity.cancellation is model.Cancellation.TRY_CANCEL
    assert (activity.schedule_to_close_timeout, activity.local, activity.task_queue) == (None, False, None)


def test_services_that_are_no_activities_are_left_alone() -> None:
    assert process(shop(more="service Api { rpc Get(stream Key) returns (Key); }")).activities == ()


def test_aggregate_version_of_meta_and_of_a_payload() -> None:
    mark = "[(process.v1.markers).aggregate_version = true]"
    contract = shop(
        meta=f"uint64 seen = 4 {mark};",
        cases="Paid paid = 11;",
        more=fact("Paid", "Inner inner = 3;") + f"message Inner {{ int32 v = 1 {mark}; }}",
    )
    p = process(contract)
    assert p.envelope.aggregate_version is not None
    assert p.envelope.aggregate_version.dotted == "meta.seen"
    assert [e.aggregate_version and e.aggregate_version.dotted for e in p.events] == [None, "paid.inner.v"]


def test_worker_group_shares_queue_and_package() -> None:
    one = shop('worker_group: "Sales.EU"')
    two = one.replace("shop.", "other.").replace("package shop", "package other")
    two = two.replace('"order"', '"approval"').replace("OrderStart", "ApprovalStart")
    result = parse({"a/a.proto": one, "b/b.proto": two})
    assert result.generation is not None
    (group,) = result.generation.groups
    assert (group.name, group.package, group.task_queue) == ("Sales.EU", "sales_eu", "Sales.EU")
    assert [p.name for p in group.processes] == ["approval", "order"]
    assert {p.task_queue for p in group.processes} == {"Sales.EU"}


def test_a_group_of_one_has_its_process_package() -> None:
    result = parse(shop('worker_group: "sales"'))
    assert result.generation is not None
    (group,) = result.generation.groups
    assert (group.package, group.task_queue) == ("order", "sales")


@pytest.mark.parametrize(
    ("syntax", "label"),
    [('syntax = "proto2";', "optional "), ('edition = "2023";', ""), ('edition = "2024";', "")],
)
@pytest.mark.requirement("R024")
def test_every_syntax_gives_the_same_process(syntax: str, label: str) -> None:
    contract = shop(syntax=syntax, more="message S { option (process.v1.state) = {}; }")
    for line in (
        "Key key",
        "string id",
        "string idempotency_key",
        "uint32 schema_version",
        "Meta meta",
        "string sku",
    ):
        contract = contract.replace(f" {line} =", f" {label}{line} =")
    contract = contract.replace("uint32 start_version", f"{label}uint32 start_version")
    expected = process(shop(more="message S { option (process.v1.state) = {}; }"))
    assert process(contract)._replace(checksum="") == expected._replace(checksum="")


def test_proto3_optional_is_no_oneof() -> None:
    contract = shop(
        idempotency=IDEMPOTENCY.replace("string", "optional string"),
        schema=SCHEMA.replace("uint32", "optional uint32"),
    )
    assert process(contract).envelope.idempotency_key.dotted == "meta.idempotency_key"


def test_proto2_groups_are_messages() -> None:
    contract = shop(
        syntax='edition = "2023";',
        placed=PLACED.replace(
            "string sku = 1;", "string sku = 1; Part part = 2 [features.message_encoding = DELIMITED];"
        ),
        more="message Part { uint64 v = 1 [(process.v1.markers).aggregate_version = true]; }",
    )
    found = process(contract).events[0].aggregate_version
    assert found is not None
    assert found.dotted == "placed.part.v"


def test_names_that_are_python_keywords() -> None:
    contract = shop(
        key="message Key { string from = 1 [(process.v1.markers).workflow_key = true]; }",
        cases="Gone class = 11; Run run = 12;",
        more=fact("Gone") + fact("Run"),
    )
    p = process(contract)
    assert [(e.case, e.method, e.handler, e.constant) for e in p.events[1:]] == [
        ("class", "class_", "on_class", "CLASS"),
        ("run", "run_", "on_run", "RUN"),
    ]
    (key,) = p.envelope.key_fields
    assert key.name == "from_"
    assert key.path.of("envelope") == 'getattr(envelope.meta.key, "from")'
    assert not p.events[1].case.is_attribute


def test_names_that_the_classes_around_them_need() -> None:
    contract = shop(
        key="message Key { string str = 1 [(process.v1.markers).workflow_key = true]; }",
        cases="Gone workflow = 11; Run str = 12;",
        more=fact("Gone")
        + fact("Run")
        + "message Req {} message Res {} service Work { option (process.v1.activities) = {}; "
        "rpc AbstractMethod(Req) returns (Res); rpc Abstractmethod(Req) returns (Res); }",
    )
    p = process(contract)
    assert [(e.method, e.handler, e.constant) for e in p.events[1:]] == [
        ("workflow_", "on_workflow", "WORKFLOW"),
        ("str_", "on_str", "STR"),
    ]
    assert [key.name for key in p.envelope.key_fields] == ["str_"]
    assert [a.method for a in p.activities] == ["abstract_method", "abstractmethod_"]


@pytest.mark.parametrize(
    ("name", "package", "prefix"),
    [
        ("order-fulfillment", "order_fulfillment", "OrderFulfillment"),
        ("import", "import_process", "Import"),
        ("print", "print_process", "Print"),
        ("email", "email_process", "Email"),
        ("shop", "shop_process", "Shop"),
        ("processes", "processes_process", "Processes"),
        ("temporalio", "temporalio_process", "Temporalio"),
        ("none", "none", "NoneProcess"),
        ("event-meta", "event_meta", "EventMetaProcess"),
        ("match", "match", "Match"),
        ("o2-c", "o2_c", "O2C"),
    ],
)
def test_package_and_class_names(name: str, package: str, prefix: str) -> None:
    pascal = "".join(part[:1].upper() + part[1:] for part in name.split("-"))
    p = process(shop(name=f'name: "{name}"', start=START.replace("Order", pascal)))
    assert (p.package, p.class_prefix) == (package, prefix)


def test_comments_become_documentation_but_ruled_ones_do_not() -> None:
    contract = shop(
        before="// Fulfils orders.\n// Twice.\n",
        placed="// An order came in.\n" + PLACED,
        cases="Cancel cancel = 11;",
        more="// --- Commands ---\n" + command("Cancel"),
    )
    p = process(contract)
    assert p.doc == "Fulfils orders.\nTwice."
    assert [e.doc for e in p.events] == ["An order came in.", ""]


def test_payload_of_another_file_that_is_generated_too() -> None:
    shared = (
        'syntax = "proto3"; package shared.v1; import "process/v1/process_options.proto"; '
        'import "ameide_core_proto/common/v1/eventing.proto";' + fact("Paid")
    )
    texts = {
        FILE: shop(cases="shared.v1.Paid paid = 11;").replace(
            "import", 'import "shared/v1/my-facts.proto"; import', 1
        ),
        "shared/v1/my-facts.proto": shared,
    }
    p = process(texts)
    assert (p.events[1].message.module, p.events[1].message.path) == ("shared.v1.my_facts_pb2", "Paid")


def test_nested_payloads_have_dotted_paths() -> None:
    contract = shop(cases="Facts.Paid paid = 11;", more="message Facts { " + fact("Paid") + " }")
    assert process(contract).events[1].message.path == "Facts.Paid"
