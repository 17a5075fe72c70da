"""How a contract may change while histories that hold its messages can still be replayed."""

from __future__ import annotations

import shutil

import pytest

from tests.e2e.folders import Folder

PROTO = "proto/example/processes/order/v1/order_fulfillment_process.proto"

INCOMPATIBLE = {
    "a start field is removed": ("  google.protobuf.Timestamp started_at = 3;\n", ""),
    "a start field is renumbered": ("Timestamp started_at = 3;", "Timestamp started_at = 9;"),
    "a start field is retyped": ("uint32 start_version = 1;", "string start_version = 1;"),
    "a payload field is removed": ("  string shipment_id = 2;\n", ""),
    "a payload field is retyped": ("Timestamp authorized_at = 3;", "Duration authorized_at = 3;"),
    "a case leaves the envelope": ("    CancelOrder cancel_order = 50;\n", ""),
    "a case is renumbered": ("CancelOrder cancel_order = 50;", "CancelOrder cancel_order = 51;"),
    "a case gets another message": ("CancelOrder cancel_order = 50;", "OrderPlaced cancel_order = 50;"),
}
ADDITION = "message CancelOrderV2 {\n  string reason = 1;\n  string requested_by = 2;\n}\n"


@pytest.fixture
def published(example: Folder) -> Folder:
    """The example, with its contract as it is now kept in the folder `published`."""
    shutil.copytree(example.path / "proto", example.path / "published" / "proto")
    shutil.copytree(example.path / "third_party", example.path / "published" / "third_party")
    shutil.copyfile(example.path / "buf.yaml", example.path / "published" / "buf.yaml")
    return example


def change(repo: Folder, old: str, new: str) -> None:
    proto = repo.path / PROTO
    text = proto.read_text()
    assert text.count(old) == 1, f"the example's contract has changed: {old!r}"
    proto.write_text(text.replace(old, new))


@pytest.mark.requirement("R044")
@pytest.mark.parametrize(("old", "new"), INCOMPATIBLE.values(), ids=INCOMPATIBLE)
def test_a_change_that_recorded_messages_would_not_survive_is_refused(
    published: Folder, old: str, new: str
) -> None:
    change(published, old, new)
    refused = published.run("buf", "breaking", "--against", "published", succeeds=False)
    assert refused.returncode == 100
    assert PROTO in refused.stdout


@pytest.mark.requirement("R045")
def test_a_payload_that_has_to_change_is_added_as_a_new_case(published: Folder) -> None:
    change(
        published,
        "CancelOrder cancel_order = 50;",
        "CancelOrder cancel_order = 50;\n    CancelOrderV2 cancel_order_v2 = 51;",
    )
    proto = published.path / PROTO
    proto.write_text(f"{proto.read_text()}\n{ADDITION}")
    published.run("buf", "breaking", "--against", "published")
