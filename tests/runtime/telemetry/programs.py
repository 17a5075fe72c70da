"""The dispatch process as a program that exports its spans, and what tests send to it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from google.protobuf import json_format
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.collector import CollectedSpan, Collector, SpanTree
from tests.runtime.facts.dispatch.contract import SCANNED, scanned
from tests.runtime.ingress.child import Child

MODULE = "tests.runtime.facts.dispatch"
PUBLISH = "process_runtime.publish_fact"
HANDLED = f"handle {SCANNED}"


@dataclass
class Traced:
    """A program, and where it exports its spans."""

    program: Child
    collector: Collector
    facts: Path

    def traceparents(self, trace_id: str) -> list[str]:
        """Those of the facts of that trace."""
        found = [json.loads(line)["traceparent"] for line in self.facts.read_text().splitlines()]
        return [traceparent for traceparent in found if traceparent.split("-")[1] == trace_id]


def settings(env: WorkflowEnvironment, folder: Path) -> dict[str, str]:
    """The environment of a program with a queue and a file of facts of its own."""
    bindings = folder / "publish.toml"
    path = folder / "facts.jsonl"
    bindings.write_text(f"[moves-binding]\npath = '{path}'\n[arrivals-binding]\npath = '{path}'\n")
    return {
        "TEMPORAL_ADDRESS": env.client.service_client.config.target_host,
        "TEMPORAL_TASK_QUEUE": f"dispatch-{uuid.uuid4()}",
        "PUBLISH_BINDINGS_FILE": str(bindings),
        "DEAD_LETTER_FILE": str(folder / "dead-letters.jsonl"),
    }


def new_trace(flags: str = "01") -> tuple[str, str]:
    """The ID of a trace, and a ``traceparent`` in it."""
    trace_id = uuid.uuid4().hex
    return trace_id, f"00-{trace_id}-00f067aa0ba902b7-{flags}"


def body(*places: str, parcel: str = "", **meta: str) -> dict[str, Any]:
    event = scanned(f"scan-{uuid.uuid4()}", *places, parcel=parcel or f"p-{uuid.uuid4()}", **meta)
    return json_format.MessageToDict(event)


def cloud_event(data: dict[str, Any], **attributes: str) -> dict[str, Any]:
    required = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/tests", "type": SCANNED}
    return {**required, **attributes, "data": data}


def post(program: Child, content: Any, content_type: str = "application/json", **headers: str) -> None:
    """Send until it is taken or refused: a busy machine may answer "come again"."""
    deadline = time.monotonic() + 60
    while True:
        response = httpx.post(
            f"{program.url()}/events",
            content=json.dumps(content).encode(),
            headers={"content-type": content_type, **headers},
            timeout=60,
        )
        if response.status_code != 503:
            return
        assert time.monotonic() < deadline, response.text


def collected(collector: Collector, trace_id: str, complete: Callable[[SpanTree], bool]) -> SpanTree:
    """The trace, once it is complete."""
    deadline = time.monotonic() + 60
    while not complete(tree := collector.trace(trace_id)):
        assert time.monotonic() < deadline, tree.outline()
        time.sleep(0.02)
    return tree


def has(*names: str) -> Callable[[SpanTree], bool]:
    """Whether spans of these names are there; of attempts to publish, one that did."""
    return lambda tree: (
        set(names)
        <= {span.name for span in tree.spans if span.error is None or not span.name.startswith("send ")}
    )


def sent(tree: SpanTree) -> list[CollectedSpan]:
    """From the root down to the attempt that published the fact; there may be more on a busy machine."""
    return tree.lineage(next(span for span in tree.spans if span.name == "send moves" and span.error is None))


def traceparent_of(span: CollectedSpan) -> str:
    return f"00-{span.trace_id}-{span.span_id}-01"
