"""One contract or more for every rule: the text says by itself where which rule is broken."""

from __future__ import annotations

from collections.abc import Mapping

from tests.plugin.plugin_contracts import (
    API,
    FILE,
    IDEMPOTENCY,
    KEY,
    PLACED,
    SCHEMA,
    START,
    command,
    fact,
    outbound,
    shop,
)

_KEY_MARK = "[(process.v1.markers).workflow_key = true]"
_OTHER = (
    shop(name='name: "other"', package="package other.v1;")
    .replace("OrderStartV1", "OtherStartV1")
    .replace("shop.", "other.")
)
_SHARED = """syntax = "proto3"; package shared.v1;
import "process/v1/process_options.proto";
import "ameide_core_proto/common/v1/eventing.proto";
"""


def option(text: str, mark: str, **parts: str) -> str:
    """A process option that breaks one rule."""
    return shop(text, before=f"/*{mark}*/", **parts)


def binding(field: str, name: str = "a", kind: str = "kafka", ref: str = "a") -> str:
    """An ingress or publish entry."""
    return f'{field}: {{ name: "{name}" kind: "{kind}" binding_ref: "{ref}" }}'


def schedule(text: str) -> str:
    """A schedule named `daily`."""
    return f'schedules: {{ name: "daily" {text} }}'


def template(text: str, extra: str = "") -> str:
    """A workflow ID from a template."""
    return f'workflow_id: {{ mode: MODE_TEMPLATE template: "{text}" {extra} }}'


def service(body: str, defaults: str = "{}", before: str = "") -> str:
    """An activity service."""
    return (
        f"message Req {{}} message Res {{}} service Work {{ {before} option "
        f"(process.v1.activities) = {defaults}; {body} }}"
    )


def rpc(name: str = "Do", options: str = "", before: str = "", sides: str = "(Req) returns (Res)") -> str:
    """An activity."""
    body = f"{{ {before} option (process.v1.activity) = {{ {options} }}; }}" if options else ";"
    return f"rpc {name}{sides} {body}"


Contract = str | Mapping[str, str]

CASES: dict[str, Contract] = {
    # The run as a whole.
    "keyword in a path": {
        FILE: shop(cases="x.X x = 11;").replace("import", 'import "class/x.proto"; import', 1),
        "class/x.proto": _SHARED.replace("package", "/*PGP007*/ package").replace("shared.v1", "x")
        + fact("X"),
    },
    "path that is no identifier": {
        FILE: shop(cases="x.X x = 11;").replace("import", 'import "1x/a b.proto"; import', 1),
        "1x/a b.proto": _SHARED.replace("package", "/*PGP007*/ package").replace("shared.v1", "x")
        + fact("X"),
    },
    "message named None": shop(placed=PLACED.replace("message Placed", "/*PGP008*/ message None")).replace(
        "Placed placed", "None placed"
    ),
    "nested in None": shop(cases="None.In a = 11;", more="message None { /*PGP008*/ " + fact("In") + " }"),
    # The process option.
    "no name": option("", "PGP010", name=""),
    "name with an underscore": option("", "PGP010", name='name: "or_der"'),
    "name with capitals": option("", "PGP010", name='name: "Order"'),
    "name with a double hyphen": option("", "PGP010", name='name: "or--der"'),
    "name that ends in a hyphen": option("", "PGP010", name='name: "order-"'),
    "name that begins with a digit": option("", "PGP010", name='name: "1order"'),
    "name that is empty": option("", "PGP010", name='name: ""'),
    "name with a line feed": option("", "PGP010", name='name: "order\\n"'),
    "name of 64 characters": option("", "PGP010", name=f'name: "{"a" * 64}"'),
    "no api_major": option("", "PGP011", api="api_minor: 0"),
    "no api_minor": option("", "PGP012", api="api_major: 0"),
    "neither": option("", "PGP011", api="").replace("/*PGP011*/", "/*PGP011*//*PGP012*/"),
    "two processes of one name": {
        "a/a.proto": _OTHER,
        "b/b.proto": shop(before="/*PGP013*/", name='name: "other"', start=START.replace("Order", "Other")),
    },
    "workflow_type with a space": option('workflow_type: "a b"', "PGP014"),
    "workflow_type that is empty": option('workflow_type: ""', "PGP014"),
    "workflow_type that is too long": option(f'workflow_type: "{"a" * 256}"', "PGP014"),
    "workflow_type of Temporal": option('workflow_type: "__temporal_x"', "PGP014"),
    "two processes of one workflow type": {
        "a/a.proto": _OTHER,
        "b/b.proto": option('workflow_type: "other.v1.OtherWorkflow"', "PGP015"),
    },
    "task queue that is empty": option('default_task_queue: ""', "PGP016"),
    "task queue with a slash": option('default_task_queue: "a/b"', "PGP016"),
    "worker group with a space": option('worker_group: "a b"', "PGP016"),
    "ingress without a name": option('ingress: { kind: "kafka" binding_ref: "a" }', "PGP016"),
    "ingress without a binding": option('ingress: { kind: "kafka" name: "a" }', "PGP016"),
    "publish name that begins with a dot": option(binding("publish", name=".a"), "PGP016"),
    "schedule name of 128 characters": option(
        f'schedules: {{ name: "{"a" * 128}" cron: "@daily" }}', "PGP016"
    ),
    "prefix with a space": option('workflow_id: { prefix: "a b" }', "PGP016"),
    "prefix that is empty": option('workflow_id: { prefix: "" }', "PGP016"),
    "binding with a URL": option(binding("ingress", ref="kafka://broker/orders"), "PGP017"),
    "binding with host and port": option(binding("ingress", ref="broker.example.com:9092"), "PGP017"),
    "binding with an IPv6 address": option(binding("ingress", ref="[::1]:9092"), "PGP017"),
    "binding with a user": option(binding("ingress", ref="user@broker"), "PGP017"),
    "binding with a password": option(binding("publish", ref="password=hunter2"), "PGP017"),
    "inbound stream_ref with a space": shop(
        placed=PLACED.replace("option (ameide", "/*PGP016*/ option (ameide").replace(
            '"shop.Placed.v1"', '"shop.Placed.v1" stream_ref: "a b"'
        )
    ),
    "response that nobody wrote": shop(
        cases="Do do = 11;",
        more=command(
            "Do", 'delivery: UPDATE response: "shop.v1.Do.MEntry"', "map<string, string> m = 1;"
        ).replace("{ option (process", "{ /*PGP094*/ option (process"),
    ),
    "binding with an access key": option(binding("publish", ref="AKIAABCDEFGHIJKLMNOP"), "PGP017"),
    "kind with a URL": option(binding("ingress", kind="nats://x"), "PGP017"),
    "queue with host and port": option('default_task_queue: "temporal:7233"', "PGP017"),
    "one queue for two groups": {
        "a/a.proto": _OTHER,
        "b/b.proto": option('default_task_queue: "other"', "PGP018"),
    },
    "a group's queue is a process's": {
        "a/a.proto": _OTHER,
        "b/b.proto": option('worker_group: "other"', "PGP018"),
    },
    "one workflow type, and something else is wrong": {
        "a/a.proto": option(
            'workflow_type: "w"',
            "PGP012",
            api="api_major: 1",
            package="package a;",
            name='name: "a"',
            start="",
        )
        .replace("/*PGP012*/", "/*PGP012*//*PGP110*/")
        .replace("shop.", "a."),
        "b/b.proto": option('workflow_type: "w"', "PGP015"),
    },
    "two queues in a group": {
        "a/a.proto": _OTHER.replace(API, f'{API} worker_group: "g" default_task_queue: "x"'),
        "b/b.proto": option('worker_group: "g" default_task_queue: "y"', "PGP019"),
    },
    "singleton that may run again": option("singleton_per_key: true reuse_policy: ALLOW_DUPLICATE", "PGP020"),
    "singleton that may run again after a failure": option(
        "singleton_per_key: true reuse_policy: ALLOW_DUPLICATE_FAILED_ONLY", "PGP020"
    ),
    "negative timeout": option("run_timeout: { seconds: -1 }", "PGP021"),
    "negative nanoseconds": option("task_timeout: { nanos: -1 }", "PGP021"),
    "endless timeout": option("execution_timeout: { seconds: 315576000001 }", "PGP021"),
    "too many nanoseconds": option("execution_timeout: { nanos: 1000000000 }", "PGP021"),
    "half a microsecond": option("execution_timeout: { nanos: 500 }", "PGP021"),
    "negative interval": option(schedule("interval: { seconds: -5 }"), "PGP021"),
    "interval of zero": option(schedule("interval: {}"), "PGP022"),
    "catch-up window of zero": option(schedule('cron: "@daily" catchup_window: {}'), "PGP022"),
    "no kind of binding": option('ingress: { name: "a" binding_ref: "a" }', "PGP023"),
    "kind with capitals": option(binding("publish", kind="Kafka"), "PGP023"),
    "two subscriptions of one name": option(binding("ingress") + binding("ingress", ref="b"), "PGP024"),
    "two streams of one name": option(binding("publish") + binding("publish", ref="b"), "PGP024"),
    "two schedules of one name": option(schedule('cron: "@daily"') * 2, "PGP024"),
    "two processes of one package": {
        "a/a.proto": shop(name='name: "json"', start=START.replace("Order", "Json")),
        "b/b.proto": _OTHER.replace('"other"', '"json-process"')
        .replace("OtherStart", "JsonProcessStart")
        .replace(" option (process.v1.process)", "/*PGP025*/ option (process.v1.process)"),
    },
    "a process and a proto file of one package": {
        FILE: option("", "PGP025", name='name: "other"', start=START.replace("Order", "Other")),
        "other/x.proto": 'syntax = "proto3";',
    },
    "a group and a process of one package": {
        "a/a.proto": _OTHER.replace(API, f'{API} worker_group: "order"').replace(
            " option (process.v1.process)", "/*PGP025*/ option (process.v1.process)"
        ),
        "b/b.proto": shop('worker_group: "order"'),
    },
    # The workflow ID.
    "template without a mode": option('workflow_id: { template: "{name}/{meta.key.id}" }', "PGP040"),
    "template with another mode": option(
        'workflow_id: { mode: MODE_BUSINESS_KEY template: "{name}/{meta.key.id}" }', "PGP040"
    ),
    "mode without a template": option("workflow_id: { mode: MODE_TEMPLATE }", "PGP041"),
    "template with half a brace": option(template("{name}/{meta.key.id"), "PGP042"),
    "template with a line feed": option(template("{name}/\\n{meta.key.id}"), "PGP042"),
    "template with a space": option(template("{name} {meta.key.id}"), "PGP042"),
    "template that leaves no room": option(template("x" * 600 + "/{name}/{meta.key.id}"), "PGP042"),
    "template with an unknown path": option(template("{name}/{meta.key.id}/{meta.key.nope}"), "PGP043"),
    "template with an empty path": option(template("{name}/{}/{meta.key.id}"), "PGP043"),
    "template that goes through a scalar": option(template("{name}/{meta.key.id.x}/{meta.key.id}"), "PGP043"),
    "template with code": option(template("{name}/{meta.key.id}/{__import__('os')}"), "PGP043"),
    "template with a message": option(template("{name}/{meta.key}/{meta.key.id}"), "PGP044"),
    "template with a repeated field": option(
        template("{name}/{meta.tags}/{meta.key.id}"), "PGP044", meta="repeated string tags = 4;"
    ),
    "template with a field that is no key": option(
        template("{name}/{meta.key.id}/{meta.source}"), "PGP045", meta="string source = 4;"
    ),
    "template with a payload field": option(template("{name}/{meta.key.id}/{placed.sku}"), "PGP045"),
    "ENTITY template with the idempotency key": option(
        template("{name}/{meta.key.id}/{meta.idempotency_key}"), "PGP045"
    ),
    "template without the name": option(template("orders/{meta.key.id}"), "PGP046"),
    "template with the name inside a word": option(template("preorder/{meta.key.id}"), "PGP046"),
    "template with the name beside a value": option(template("{name}-{meta.key.id}"), "PGP046"),
    "template without a key": option(template("proc/{name}"), "PGP047"),
    "template without one of the keys": option(
        template("{name}/{meta.key.id}"), "PGP047", meta=f"string tenant = 4 {_KEY_MARK};"
    ),
    "TRANSACTION template without the keys": option(
        "kind: TRANSACTION " + template("{name}/{meta.idempotency_key}"), "PGP047"
    ),
    "template that joins two values": option(
        template("{name}/{meta.key.id}{meta.tenant}"), "PGP048", meta=f"string tenant = 4 {_KEY_MARK};"
    ),
    "template with a letter between values": option(
        template("{name}/{meta.key.id}x{meta.tenant}"), "PGP048", meta=f"string tenant = 4 {_KEY_MARK};"
    ),
    # The envelope and markers.
    "no envelope": 'syntax = "proto3"; package shop.v1; import "process/v1/process_options.proto";\n'
    '/*PGP060*/ option (process.v1.process) = { name: "order" api_major: 1 api_minor: 0 };\n'
    "message OrderStartV1 { uint32 start_version = 1; }",
    "nested envelope": shop(before="/*PGP060*/")
    .replace("message Event {", "message Outer { message Event {")
    .replace("message Placed {", "} message Placed {")
    .replace("option (process.v1.fact)", "/*PGP085*/ option (process.v1.fact)"),
    "oneof of another name": shop(before="/*PGP060*/")
    .replace("oneof payload", "oneof body")
    .replace("option (process.v1.fact)", "/*PGP085*/ option (process.v1.fact)"),
    "two envelopes": shop(more="/*PGP061*/ message Second { oneof payload { Placed placed = 1; } }"),
    "scalar case": shop(cases="/*PGP062*/ string note = 11;"),
    "Any as a case": shop(cases="/*PGP063*/ google.protobuf.Any other = 11;"),
    "case that is no event": shop(cases="/*PGP064*/ Key other = 11;"),
    "no schema version, template and start message wrong too": option(
        template("{meta.key.id}"),
        "PGP046",
        schema="",
        placed=PLACED.replace("sku = 1", f"sku = 1 [/*PGP068*/ {_KEY_MARK[1:-1]}]"),
        start="/*PGP111*//*PGP115*/ message S { option (process.v1.start) = {}; }",
    ).replace("message Event", "/*PGP066*/ message Event"),
    "neither envelope nor name in the template": option(
        template("{meta.key.id}"),
        "PGP046",
        placed="message Placed {}",
    )
    .replace("/*PGP046*/", "/*PGP046*//*PGP060*/")
    .replace("oneof payload", "oneof body"),
    "no key, template with a field that should be one": option(
        template("{name}/{meta.key.id}"), "", key="message Key { string id = 1; }"
    )
    .replace("/**/", "")
    .replace("message Event", "/*PGP066*/ message Event"),
    "two idempotency keys": shop(
        meta="string again = 4 [/*PGP065*/ (process.v1.markers).idempotency_key = true];"
    ),
    "two schema versions": shop(
        meta="uint32 again = 4 [/*PGP065*/ (process.v1.markers).schema_version = true];"
    ),
    "two aggregate versions in meta": shop(
        meta="uint64 a = 4 [(process.v1.markers).aggregate_version = true];"
        "uint64 b = 5 [/*PGP065*/ (process.v1.markers).aggregate_version = true];"
    ),
    "two aggregate versions in a payload": shop(
        cases="Two two = 11;",
        more=fact(
            "Two",
            "uint64 a = 4 [(process.v1.markers).aggregate_version = true];"
            "uint64 b = 5 [/*PGP065*/ (process.v1.markers).aggregate_version = true];",
        ),
    ),
    "no idempotency key": shop(idempotency="string idempotency_key = 2;").replace(
        "message Event {", "/*PGP066*/ message Event {"
    ),
    "no schema version": shop(schema="").replace("message Event {", "/*PGP066*/ message Event {"),
    "no workflow key": shop(key="message Key { string id = 1; }").replace(
        "message Event {", "/*PGP066*/ message Event {"
    ),
    "workflow key that is false": shop(key=KEY.replace("true", "false")).replace(
        "message Event {", "/*PGP066*/ message Event {"
    ),
    "workflow key of bytes": shop(key=KEY.replace("string", "/*PGP067*/ bytes")),
    "workflow key of double": shop(key=KEY.replace("string", "/*PGP067*/ double")),
    "workflow key of bool": shop(key=KEY.replace("string", "/*PGP067*/ bool")),
    "workflow key of a message": shop(
        key="message Key { /*PGP067*/ Part id = 1 [(process.v1.markers).workflow_key = true]; } "
        "message Part {}"
    ),
    "idempotency key that is a number": shop(idempotency=IDEMPOTENCY.replace("string", "/*PGP067*/ uint64")),
    "schema version of 64 bits": shop(schema=SCHEMA.replace("uint32", "/*PGP067*/ uint64")),
    "schema version that is text": shop(schema=SCHEMA.replace("uint32", "/*PGP067*/ string")),
    "aggregate version that is text": shop(
        meta="/*PGP067*/ string v = 4 [(process.v1.markers).aggregate_version = true];"
    ),
    "markers on extensions": shop(
        syntax='syntax = "proto2";',
        meta_key="optional Key key = 1;",
        key=KEY.replace("string", "optional string"),
        idempotency=f"optional {IDEMPOTENCY}",
        schema=f"optional {SCHEMA} extensions 100 to 200;",
        envelope="",
        placed=PLACED.replace("string sku", "optional string sku"),
        start=START.replace("uint32", "optional uint32").replace("Key key", "optional Key key"),
        more=f"extend Meta {{ optional string a = 100 [/*PGP068*/ {_KEY_MARK[1:]}; }}"
        "message Home { extend Meta { optional string b = 101 "
        f"[/*PGP068*/ (process.v1.markers).sensitive = true]; }} }}",
    ).replace("Meta meta = 1", "optional Meta meta = 1"),
    "repeated workflow key": shop(
        meta="repeated string ids = 4 [/*PGP068*/ (process.v1.markers).workflow_key = true];"
    ),
    "workflow key below a repeated field": shop(
        meta="repeated Part parts = 4;",
        more="message Part { string id = 1 [/*PGP068*/ (process.v1.markers).workflow_key = true]; }",
    ),
    "workflow key below a map": shop(
        meta="map<string, Part> parts = 4;",
        more="message Part { string id = 1 [/*PGP068*/ (process.v1.markers).workflow_key = true]; }",
    ),
    "workflow key in a oneof": shop(
        meta="oneof tenant { string t = 4 [/*PGP068*/ (process.v1.markers).workflow_key = true]; }"
    ),
    "workflow key in a payload": shop(
        placed=PLACED.replace("sku = 1", "sku = 1 [/*PGP068*/ (process.v1.markers).workflow_key = true]")
    ),
    "workflow key below a recursive field": shop(
        meta="Node node = 4;",
        more="message Node { Link link = 1; } message Link { Node node = 1; Deep deep = 2; }"
        "message Deep { Node up = 2; string id = 1 [/*PGP068*/ (process.v1.markers).workflow_key = true]; }",
    ),
    "marker in a message that nothing uses": shop(
        more="message Lost { string id = 1 [/*PGP068*/ (process.v1.markers).workflow_key = true]; }"
    ),
    "search attribute outside the state": shop(
        meta='string x = 4 [/*PGP068*/ (process.v1.markers).search_attribute = "X"];'
    ),
    "start_version outside a start message": shop(
        meta="uint32 x = 4 [/*PGP068*/ (process.v1.markers).start_version = true];"
    ),
    "from outside a start message": shop(
        meta='string x = 4 [/*PGP068*/ (process.v1.markers).from = "meta.key.id"];'
    ),
    "aggregate version in a start message": shop(
        start="message OrderStartV1 { uint32 start_version = 1; "
        "uint64 v = 2 [/*PGP068*/ (process.v1.markers).aggregate_version = true]; }"
    ),
    "sensitive where no process is": {
        FILE: shop(),
        "x/x.proto": _SHARED
        + "message Lost { string s = 1 [/*PGP068*/ (process.v1.markers).sensitive = true]; }",
    },
    "keys without end": shop(
        meta="A0 a = 4; A0 b = 5;",
        more="".join(f"message A{i} {{ A{i + 1} a = 1; A{i + 1} b = 2; }}" for i in range(30))
        + "message A30 { string id = 1 [(process.v1.markers).sensitive = true]; }",
    ).replace("message Event {", "/*PGP069*/ message Event {"),
    # Facts and commands.
    "fact and command": shop(
        cases="Both both = 11;",
        more="/*PGP080*/ "
        + fact("Both").replace("}; option", "}; option (process.v1.command) = {}; option", 1),
    ),
    "state that is a query": shop(
        more="/*PGP080*/ message S { option (process.v1.state) = {}; option (process.v1.query) = "
        '{ response: "shop.v1.Key" }; }'
    ),
    "start message that is a fact": shop(
        cases="OrderStartV2 s = 11;",
        more="/*PGP080*/ "
        + fact("OrderStartV2", "uint32 start_version = 1;").replace(
            "{ option", "{ option (process.v1.start) = {}; option", 1
        ),
    ),
    "event_fact without a type": shop(
        placed="message Placed { option (process.v1.fact) = {}; /*PGP081*/ option "
        '(ameide_core_proto.common.v1.event_fact) = { schema_subject: "x" }; }'
    ),
    "fact without event_fact": shop(placed="/*PGP081*/ message Placed { option (process.v1.fact) = {}; }"),
    "command without event_fact": shop(
        placed="/*PGP081*/ message Placed { option (process.v1.command) = {}; }"
    ),
    "event type with a space": shop(
        placed=PLACED.replace("shop.Placed.v1", "shop Placed").replace(
            "option (ameide", "/*PGP082*/ option (ameide"
        )
    ),
    "event type that is empty": shop(
        placed=PLACED.replace("shop.Placed.v1", "").replace("option (ameide", "/*PGP082*/ option (ameide")
    ),
    "event type of Temporal": shop(
        placed=PLACED.replace("shop.Placed.v1", "__temporal_x").replace(
            "option (ameide", "/*PGP082*/ option (ameide"
        )
    ),
    "two cases of one message": shop(cases="Placed again = 11;").replace(
        "option (ameide", "/*PGP083*/ option (ameide"
    ),
    "two messages of one event type": shop(
        cases="Again again = 11;",
        more=PLACED.replace("Placed {", "Again {").replace("option (ameide", "/*PGP083*/ option (ameide"),
    ),
    "outbound fact in the envelope": shop(
        binding("publish"), cases="/*PGP084*/ Out out = 11;", more=outbound("Out", 'stream_ref: "a"')
    ),
    "inbound fact in no envelope": shop(more=fact("Lost").replace("{ option", "{ /*PGP085*/ option", 1)),
    "command in no envelope": shop(more=command("Lost").replace("{ option", "{ /*PGP085*/ option", 1)),
    "inbound fact without a process": {
        "x/x.proto": _SHARED + fact("Lost").replace("{ option", "{ /*PGP085*/ option", 1),
    },
    "outbound fact without a process": {
        "x/x.proto": _SHARED
        + outbound("Out", 'stream_ref: "a"').replace("{ option", "{ /*PGP086*/ option", 1),
    },
    "outbound fact with starts": shop(
        binding("publish"),
        more=outbound("Out", 'stream_ref: "a"', options="starts: true").replace(
            "{ option", "{ /*PGP087*/ option", 1
        ),
    ),
    "outbound fact without a stream": shop(
        more=outbound("Out", "").replace("option (ameide", "/*PGP088*/ option (ameide")
    ),
    "outbound fact of an unknown stream": shop(
        binding("publish"),
        more=outbound("Out", 'stream_ref: "b"').replace("option (ameide", "/*PGP089*/ option (ameide"),
    ),
    "partition key of no field": shop(
        binding("publish"),
        more=outbound("Out", 'stream_ref: "a" partition_key_fields: "nope"').replace(
            "option (ameide", "/*PGP090*/ option (ameide"
        ),
    ),
    "partition key of a message": shop(
        binding("publish"),
        more=outbound("Out", 'stream_ref: "a" partition_key_fields: "key"', "Key key = 1;").replace(
            "option (ameide", "/*PGP090*/ option (ameide"
        ),
    ),
    "idempotency key of a repeated field": shop(
        binding("publish"),
        more=outbound("Out", 'stream_ref: "a" idempotency_key_fields: "x"', "repeated string x = 1;").replace(
            "option (ameide", "/*PGP090*/ option (ameide"
        ),
    ),
    "partition key twice": shop(
        binding("publish"),
        more=outbound(
            "Out", 'stream_ref: "a" partition_key_fields: "x" partition_key_fields: "x"', "string x = 1;"
        ).replace("option (ameide", "/*PGP091*/ option (ameide"),
    ),
    "signal with a response": shop(
        cases="Do do = 11;",
        more=command("Do", 'response: "shop.v1.Key"').replace("{ option", "{ /*PGP092*/ option", 1),
    ),
    "update without a response": shop(
        cases="Do do = 11;",
        more=command("Do", "delivery: UPDATE").replace("{ option", "{ /*PGP093*/ option", 1),
    ),
    "query without a response": shop(more="message Q { /*PGP093*/ option (process.v1.query) = {}; }"),
    "response of another package": shop(
        cases="Do do = 11;",
        more=command("Do", 'delivery: UPDATE response: "Key"').replace("{ option", "{ /*PGP094*/ option", 1),
    ),
    "response that is an enum": shop(
        more="enum E { E_UNSPECIFIED = 0; } message Q { /*PGP094*/ option (process.v1.query) = { "
        'response: "shop.v1.E" }; }'
    ),
    "response that is not imported": {
        FILE: shop(more='message Q { /*PGP094*/ option (process.v1.query) = { response: "other.v1.Key" }; }'),
        "other/v1/other.proto": _OTHER,
    },
    "result of nothing": shop(
        start="message OrderStartV1 { /*PGP094*/ option (process.v1.start) = { result: "
        '"shop.v1.Nope" }; uint32 start_version = 1; }'
    ),
    "transaction that waits for itself": shop(
        "kind: TRANSACTION",
        cases="Do do = 11; Paid paid = 12;",
        more=(command("Do", "starts: false") + fact("Paid", options="starts: false")).replace(
            "{ option (process", "{ /*PGP095*/ option (process"
        ),
    ),
    "two cases of one Python name": shop(
        cases="/*PGP096*/ A Placed = 11; B class = 12; /*PGP096*/ C Class = 13;",
        more=fact("A") + fact("B") + fact("C"),
    ),
    "a case and a query of one Python name": shop(
        more="message Wrap { /*PGP096*/ message Placed { option (process.v1.query) = { response: "
        '"shop.v1.Key" }; } }'
    ),
    "two key fields of one Python name": shop(
        meta="A a_b = 4; B a = 5;",
        more="message A { string c = 1 [(process.v1.markers).workflow_key = true]; }"
        "message B { B2 b = 1; } "
        "message B2 { /*PGP096*/ string c = 1 [(process.v1.markers).workflow_key = true]; }",
    ),
    "two rpcs of one Python name": shop(more=service(rpc("DoIt") + " /*PGP096*/ " + rpc("Do_It"))),
    "two outbound facts of one Python name": shop(
        binding("publish"),
        more=outbound("OrderDone", 'stream_ref: "a"')
        + " /*PGP096*/ "
        + outbound("Order_Done", 'stream_ref: "a"'),
    ),
    # Start messages.
    "no start message": shop(before="/*PGP110*/", start=""),
    "start message of another process's name": shop(
        before="/*PGP110*/", start="message OtherStartV1 { uint32 start_version = 1; }"
    ),
    "start without a version": shop(
        start="/*PGP111*/ message Begin { option (process.v1.start) = {}; uint32 start_version = 1; }"
    ),
    "version and name disagree": shop(
        start="message OrderStartV1 { /*PGP112*/ option (process.v1.start) = { version: 2 }; "
        "uint32 start_version = 1; }"
    ),
    "version zero": shop(
        start="message Begin { /*PGP113*/ option (process.v1.start) = { version: 0 }; uint32 "
        "start_version = 1; }"
    ),
    "version zero in the name": shop(start="/*PGP113*/ message OrderStartV0 { uint32 start_version = 1; }"),
    "version twice": shop(
        more="/*PGP114*/ message Begin { option (process.v1.start) = { version: 1 }; uint32 "
        "start_version = 1; }"
    ),
    "no version field": shop(start="/*PGP115*/ message OrderStartV1 { Key key = 2; }"),
    "two version fields": shop(
        start="message OrderStartV1 { uint32 a = 1 [(process.v1.markers).start_version = true]; "
        "uint32 b = 2 [/*PGP115*/ (process.v1.markers).start_version = true]; }"
    ),
    "version field that is text": shop(start="message OrderStartV1 { /*PGP116*/ string start_version = 1; }"),
    "version field of 64 bits": shop(
        start="message OrderStartV1 { /*PGP116*/ uint64 v = 1 [(process.v1.markers).start_version = true]; }"
    ),
    "repeated version field": shop(
        start="message OrderStartV1 { /*PGP116*/ repeated uint32 start_version = 1; }"
    ),
    "wrapper beside start messages": shop(
        more="message W2V2 {} /*PGP117*/ message Wrap { option (process.v1.start) = {}; oneof v "
        "{ W2V2 v2 = 1; } }"
    ),
    "wrapper with a version": shop(
        start="message V1 {} message Wrap { /*PGP118*/ option (process.v1.start) = { version: 1 "
        "}; oneof v { V1 v1 = 1; } }"
    ),
    "wrapper with a result": shop(
        start="message V1 {} message Wrap { /*PGP119*/ option (process.v1.start) = { result: "
        '"shop.v1.Key" }; oneof v { V1 v1 = 1; } }'
    ),
    "from an unknown path": shop(
        start="message OrderStartV1 { uint32 start_version = 1; "
        'string x = 2 [/*PGP120*/ (process.v1.markers).from = "meta.nope"]; }'
    ),
    "from an empty path": shop(
        start="message OrderStartV1 { uint32 start_version = 1; "
        'string x = 2 [/*PGP120*/ (process.v1.markers).from = ""]; }'
    ),
    "from a repeated field": shop(
        meta="repeated string x = 4;",
        start="message OrderStartV1 { uint32 start_version = 1; "
        'string x = 2 [/*PGP120*/ (process.v1.markers).from = "meta.x"]; }',
    ),
    "from another type": shop(
        start="message OrderStartV1 { uint32 start_version = 1; "
        'int32 x = 2 [/*PGP121*/ (process.v1.markers).from = "meta.key.id"]; }'
    ),
    "from another message": shop(
        start="message OrderStartV1 { uint32 start_version = 1; "
        'Meta x = 2 [/*PGP121*/ (process.v1.markers).from = "meta.key"]; }'
    ),
    "two fields for the key": shop(
        start="/*PGP122*/ message OrderStartV1 { uint32 start_version = 1; Key a = 2; Key b = 3; }"
    ),
    "two fields for a payload": shop(
        "kind: TRANSACTION",
        start="/*PGP122*/ message OrderStartV1 { uint32 start_version = 1; Placed a = 2; Placed b = 3; }",
    ),
    "version from the envelope": shop(
        start="message OrderStartV1 { uint32 start_version = 1 [/*PGP123*/ "
        '(process.v1.markers).from = "meta.schema_version"]; }'
    ),
    # State.
    "two states": shop(
        more="message S { option (process.v1.state) = {}; } /*PGP130*/ message T { option "
        "(process.v1.state) = {}; }"
    ),
    "search attribute with a hyphen": shop(
        more="message S { option (process.v1.state) = {}; string x = 1 [/*PGP131*/ "
        '(process.v1.markers).search_attribute = "a-b"]; }'
    ),
    "search attribute that is empty": shop(
        more="message S { option (process.v1.state) = {}; string x = 1 [/*PGP131*/ "
        '(process.v1.markers).search_attribute = ""]; }'
    ),
    "search attribute twice": shop(
        more="message S { option (process.v1.state) = {}; string x = 1 "
        '[(process.v1.markers).search_attribute = "A"]; '
        'string y = 2 [/*PGP132*/ (process.v1.markers).search_attribute = "A"]; }'
    ),
    "search attribute of bytes": shop(
        more="message S { option (process.v1.state) = {}; /*PGP133*/ bytes x = 1 "
        '[(process.v1.markers).search_attribute = "A"]; }'
    ),
    "search attribute of a message": shop(
        more="message S { option (process.v1.state) = {}; /*PGP133*/ Key x = 1 "
        '[(process.v1.markers).search_attribute = "A"]; }'
    ),
    "search attribute of a list of numbers": shop(
        more="message S { option (process.v1.state) = {}; /*PGP133*/ repeated int32 x = 1 "
        '[(process.v1.markers).search_attribute = "A"]; }'
    ),
    "search attribute of Temporal": shop(
        more="message S { option (process.v1.state) = {}; string x = 1 [/*PGP136*/ "
        '(process.v1.markers).search_attribute = "WorkflowType"]; }'
    ),
    "sensitive search attribute": shop(
        more="message S { option (process.v1.state) = {}; "
        'string x = 1 [/*PGP134*/ (process.v1.markers) = { search_attribute: "A" sensitive: true }]; }'
    ),
    "state without a process": {
        "x/x.proto": _SHARED + "message S { /*PGP135*/ option (process.v1.state) = {}; }",
    },
    "query without a process": {
        "x/x.proto": _SHARED
        + 'message S { /*PGP135*/ option (process.v1.query) = { response: "shared.v1.S" }; }',
    },
    "start without a process": {
        "x/x.proto": _SHARED + "message S { /*PGP135*/ option (process.v1.start) = { version: 1 }; }",
    },
    "activities without a process": {"x/x.proto": _SHARED + service(rpc(), before="/*PGP135*/")},
    # Activities and schedules.
    "activity of an unmarked service": shop(
        more="message Req {} message Res {} service Work { "
        + rpc("Do", "local: true", before="/*PGP150*/")
        + " }"
    ),
    "activity of an unmarked service without a process": {
        "x/x.proto": _SHARED
        + "message Req {} message Res {} service Work { "
        + rpc("Do", "local: true", before="/*PGP150*/")
        + " }"
    },
    "streaming request": shop(more=service("/*PGP151*/ " + rpc(sides="(stream Req) returns (Res)"))),
    "streaming response": shop(more=service("/*PGP151*/ " + rpc(sides="(Req) returns (stream Res)"))),
    "compensation of a service": shop(
        more=service(rpc("Do") + rpc("Undo"), '{ compensated_by: "Undo" }', before="/*PGP152*/")
    ),
    "compensation by nothing": shop(more=service(rpc("Do", 'compensated_by: "Undo"', before="/*PGP153*/"))),
    "compensation by itself": shop(more=service(rpc("Do", 'compensated_by: "Do"', before="/*PGP153*/"))),
    "compensation that is empty": shop(more=service(rpc("Do", 'compensated_by: ""', before="/*PGP153*/"))),
    "local with a queue": shop(more=service(rpc("Do", 'local: true task_queue: "q"', before="/*PGP154*/"))),
    "local service with a queue": shop(
        more=service(rpc("Do"), '{ local: true task_queue: "q" }', before="/*PGP154*/")
    ),
    "local with a heartbeat": shop(
        more=service(rpc("Do", "local: true heartbeat_timeout: { seconds: 1 }", before="/*PGP154*/"))
    ),
    "backoff below one": shop(
        more=service(rpc("Do", "retry: { backoff_coefficient: 0.5 }", before="/*PGP155*/"))
    ),
    "backoff that is no number": shop(
        more=service(rpc("Do", "retry: { backoff_coefficient: nan }", before="/*PGP155*/"))
    ),
    "backoff without end": shop(
        more=service(rpc("Do", "retry: { backoff_coefficient: inf }", before="/*PGP155*/"))
    ),
    "negative attempts": shop(
        more=service(rpc("Do", "retry: { maximum_attempts: -1 }", before="/*PGP156*/"))
    ),
    "maximum below initial interval": shop(
        more=service(
            rpc(
                "Do",
                "retry: { initial_interval: { seconds: 9 } maximum_interval: { seconds: 1 } }",
                before="/*PGP157*/",
            )
        )
    ),
    "activity timeout of zero": shop(
        more=service(rpc("Do", "start_to_close_timeout: {}", before="/*PGP022*/"))
    ),
    "negative activity timeout": shop(
        more=service(rpc("Do"), "{ heartbeat_timeout: { seconds: -1 } }", before="/*PGP021*/")
    ),
    "retry interval of zero": shop(
        more=service(rpc("Do", "retry: { initial_interval: {} }", before="/*PGP022*/"))
    ),
    "activity queue with a slash": shop(more=service(rpc("Do", 'task_queue: "a/b"', before="/*PGP016*/"))),
    "neither cron nor interval": option(schedule(""), "PGP170"),
    "cron and interval": option(schedule('cron: "@daily" interval: { seconds: 1 }'), "PGP170"),
    "cron of four fields": option(schedule('cron: "* * * *"'), "PGP171"),
    "cron of six fields": option(schedule('cron: "0 0 * * * *"'), "PGP171"),
    "cron out of range": option(schedule('cron: "60 0 * * *"'), "PGP171"),
    "cron backwards": option(schedule('cron: "0 9-8 * * *"'), "PGP171"),
    "cron with a step of zero": option(schedule('cron: "*/0 * * * *"'), "PGP171"),
    "cron with a day of no week": option(schedule('cron: "0 0 * * FOO"'), "PGP171"),
    "cron macro that is unknown": option(schedule('cron: "@every 5m"'), "PGP171"),
    "cron that is empty": option(schedule('cron: ""'), "PGP171"),
    "time zone of Mars": option(schedule('cron: "@daily" time_zone: "Mars/Olympus"'), "PGP172"),
    "time zone of an interval": option(
        schedule('interval: { seconds: 1 } time_zone: "Europe/Berlin"'), "PGP173"
    ),
}
