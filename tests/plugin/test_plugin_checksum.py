"""The checksum changes with what peers and running executions see, and with nothing else."""

from __future__ import annotations

import pytest

from protoc_gen_process.naming import DottedName
from protoc_gen_process.options import PluginOptions
from protoc_gen_process.parse import parse_request
from tests.plugin.plugin_contracts import (
    FILE,
    IDEMPOTENCY,
    PLACED,
    command,
    fact,
    outbound,
    parse,
    request,
    shop,
)
from tests.plugin.rule_cases import binding, rpc, service, template

_BODY = (
    fact("Paid", "int64 cents = 1; Part part = 2;")
    + command("Ask", 'delivery: UPDATE response: "shop.v1.Reply"')
    + outbound("Done", 'stream_ref: "a" partition_key_fields: "id"', "string id = 1;")
    + "message Part { string a = 1; oneof o { string b = 2; } Colour colour = 3; }"
    + "enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; }"
    + "message Reply { bool ok = 1; }"
    + "message S { option (process.v1.state) = {}; string x = 1 "
    '[(process.v1.markers).search_attribute = "X"]; }'
    + 'message Q { option (process.v1.query) = { response: "shop.v1.Reply" }; }'
    + service(rpc("Do", "start_to_close_timeout: { seconds: 5 }"))
)
_OPTIONS = binding("publish") + binding("ingress") + 'schedules: { name: "s" cron: "@daily" }'
_CONTRACT = shop(_OPTIONS, cases="Paid paid = 11; Ask ask = 12;", more=_BODY)


def checksum(contract: str, name: str = FILE) -> str:
    """Return the checksum of the only process."""
    result = parse({name: contract})
    assert result.generation is not None, "\n".join(map(str, result.diagnostics))
    return result.generation.groups[0].processes[0].checksum


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("api_minor: 0", "api_minor: 1"),
        ('name: "order"', 'name: "order" workflow_type: "W"'),
        ('name: "order"', 'name: "order" default_task_queue: "q"'),
        ('name: "order"', 'name: "order" versioning_behavior: PINNED'),
        ('name: "order"', 'name: "order" reuse_policy: ALLOW_DUPLICATE'),
        ('name: "order"', 'name: "order" singleton_per_key: true'),
        ('name: "order"', 'name: "order" run_timeout: { seconds: 1 }'),
        ('name: "order"', 'name: "order" run_timeout: {}'),
        ('name: "order"', 'name: "order" ' + template("{name}/{meta.key.id}")),
        ("shop.Paid.v1", "shop.Paid.v2"),
        ("Paid paid = 11", "Paid settled = 11"),
        ("Paid paid = 11", "Paid paid = 21"),
        ("int64 cents", "uint64 cents"),
        ("int64 cents = 1", "int64 cents = 9"),
        ("int64 cents = 1", 'int64 cents = 1 [json_name = "c"]'),
        ("int64 cents", "repeated int64 cents"),
        ("int64 cents", "optional int64 cents"),
        ("string a = 1;", "string a = 1; string z = 9;"),
        ("COLOUR_RED = 1", "COLOUR_RED = 2"),
        ("COLOUR_RED = 1", "COLOUR_BLUE = 1"),
        ("oneof o { string b = 2; }", "string b = 2;"),
        ("bool ok", "string ok"),
        ("seconds: 5", "seconds: 6"),
        ('cron: "@daily"', 'cron: "@hourly"'),
        ('partition_key_fields: "id"', ""),
        ('search_attribute = "X"', 'search_attribute = "Y"'),
        ('kind: "kafka"', 'kind: "nats"'),
        ("Key key = 2; }", 'Key key = 2; string n = 3 [(process.v1.markers).from = "paid.part.a"]; }'),
    ],
)
def test_what_a_peer_can_see_changes_it(old: str, new: str) -> None:
    assert old in _CONTRACT
    assert checksum(_CONTRACT.replace(old, new, 1)) != checksum(_CONTRACT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message Paid", "// A comment.\nmessage Paid"),
        ("Paid paid = 11; Ask ask = 12;", "Ask ask = 12; Paid paid = 11;"),
        ("string a = 1; oneof o { string b = 2; }", "oneof o { string b = 2; } string a = 1;"),
        ("COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1;", "COLOUR_UNSPECIFIED = 0;   COLOUR_RED = 1;"),
        ("string sku = 1;", "string sku = 1 [(process.v1.markers).sensitive = true];"),
        ("message Req {}", "message Req {} message Unused { string x = 1; }"),
        ("import", 'option go_package = "x"; import'),
    ],
)
def test_what_nobody_can_see_does_not_change_it(old: str, new: str) -> None:
    assert old in _CONTRACT
    assert checksum(_CONTRACT.replace(old, new, 1)) == checksum(_CONTRACT)


def test_the_file_may_move_and_the_human_package_be_renamed() -> None:
    assert checksum(_CONTRACT, "elsewhere/order.proto") == checksum(_CONTRACT)
    moved = parse_request(request(_CONTRACT), PluginOptions(impl_package=DottedName("a.b")))
    assert moved.generation is not None
    assert moved.generation.groups[0].processes[0].checksum == checksum(_CONTRACT)


def test_a_marker_that_moves_changes_it() -> None:
    two = shop(meta="string other = 4;")
    moved = two.replace(IDEMPOTENCY, "string idempotency_key = 2;").replace(
        "string other = 4;", "string other = 4 [(process.v1.markers).idempotency_key = true];"
    )
    assert checksum(moved) != checksum(two)


def test_presence_is_part_of_the_shape() -> None:
    edition = shop(syntax='edition = "2023";')
    implicit = edition.replace("string sku = 1;", "string sku = 1 [features.field_presence = IMPLICIT];")
    assert PLACED in edition
    assert checksum(edition) != checksum(implicit)


def test_text_of_a_field_that_is_no_utf_8_is_taken() -> None:
    sums = {
        checksum(shop(placed=PLACED.replace("sku = 1;", f'sku = 1 [json_name = "{name}"];')))
        for name in ("\\377", "\\376", "a")
    }
    assert len(sums) == 3
