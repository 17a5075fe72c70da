"""What is bound needs what is not installed."""

import json
import sys
from pathlib import Path

import pytest

from process_runtime.contract import Stream
from process_runtime.publishers import STREAMS

OF_KAFKA = ("kafka_connection", "kafka_writer", "publishers.kafka")
OF_NATS = ("nats_connection", "publishers.nats")


@pytest.mark.parametrize(
    ("kind", "library", "ours"), [("kafka", "confluent_kafka", OF_KAFKA), ("nats", "nats", OF_NATS)]
)
def test_a_binding_without_its_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str, ours: tuple[str, ...]
) -> None:
    loaded = [name for name in sys.modules if name == library or name.startswith(f"{library}.")]
    for name in [*loaded, *(f"process_runtime.{module}" for module in ours)]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    file = tmp_path / "bindings.json"
    file.write_text(json.dumps({"facts": {"kind": kind}}))
    bound, problems = STREAMS.bind([Stream("facts", "jsonl", "facts")], file)
    assert bound == []
    (problem,) = problems
    assert f": facts: the publisher {kind} needs the module {library}" in problem
    assert problem.endswith(f"; pip install 'protoc-gen-process[{kind}]'")
