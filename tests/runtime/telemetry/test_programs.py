"""Programs that export their spans: one message is one trace, and none of it is lost when a program ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.collector import Collector
from tests.runtime.facts.dispatch.contract import CONTRACT, SCANNED
from tests.runtime.ingress.child import Child
from tests.runtime.telemetry.programs import (
    HANDLED,
    MODULE,
    PUBLISH,
    Traced,
    body,
    cloud_event,
    collected,
    has,
    new_trace,
    post,
    sent,
    settings,
    traceparent_of,
)

METRICS_PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
OPERATING_SYSTEM = tuple(f"process_{what}" for what in ("cpu", "resident", "virtual", "open", "max", "start"))


@pytest.fixture
def environment(temporal_env: WorkflowEnvironment, tmp_path: Path) -> dict[str, str]:
    return settings(temporal_env, tmp_path)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(temporal_env: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """A program that several tests send to, each with traces of its own."""
    folder = tmp_path_factory.mktemp("traced")
    with Collector() as collector:
        environment = settings(temporal_env, folder) | collector.environment
        with Child(folder / "log", MODULE, environment=environment) as program:
            program.until("/readyz", 200)
            yield Traced(program, collector, folder / "facts.jsonl")


@pytest.mark.requirement("R039", "R040", "R123")
def test_a_message_over_http_is_one_trace_down_to_its_fact(traced: Traced) -> None:
    trace_id, traceparent = new_trace()
    post(traced.program, body("Bremen"), traceparent=traceparent)
    tree = collected(traced.collector, trace_id, has("POST /events/{subscription}", "send moves", HANDLED))
    lineage = sent(tree)
    path = [span.name for span in lineage]
    assert len(path) == 7, tree.outline()
    assert path == [
        "POST /events/{subscription}",
        "process scans",
        path[2],
        HANDLED,
        f"StartActivity:{PUBLISH}",
        f"RunActivity:{PUBLISH}",
        "send moves",
    ]
    # An ingress beside its worker starts the process in it, with the event.
    assert path[2].partition(":")[0] in ("SignalWithStartWorkflow", "StartWorkflow")
    kinds = [span.kind for span in lineage]
    assert kinds == ["SERVER", "CONSUMER", "CLIENT", "INTERNAL", "CLIENT", "SERVER", "PRODUCER"]
    assert f"RunWorkflow:{CONTRACT.workflow_type}" in {span.name for span in tree.children(lineage[2])}
    assert {root.parent_id for root in tree.roots} == {traceparent.split("-")[2]}
    assert {span.service for span in tree.spans} == {"dispatch-process"}
    message = lineage[1].attributes
    assert message["messaging.system"] == "http"
    assert message["messaging.operation.type"] == "process"
    assert message["durable_process.outcome"] == "delivered"
    assert message["durable_process.event_type"] == SCANNED
    assert traceparent_of(lineage[-1]) in traced.traceparents(trace_id)


def test_each_event_of_a_batch_stays_in_the_trace_it_came_with(traced: Traced) -> None:
    own_id, own_traceparent = new_trace()
    request_id, traceparent = new_trace()
    batch = [cloud_event(body("Bremen"), traceparent=own_traceparent), cloud_event(body("Hamburg"))]
    post(traced.program, batch, "application/cloudevents-batch+json", traceparent=traceparent)
    own = collected(traced.collector, own_id, has("process scans", "send moves", HANDLED))
    request = collected(
        traced.collector,
        request_id,
        has("POST /events/{subscription}", "process scans", "send moves", HANDLED),
    )
    consumer, server = sent(own)[0], sent(request)[0]
    assert (consumer.name, consumer.parent_id) == ("process scans", own_traceparent.split("-")[2])
    assert server.name == "POST /events/{subscription}"
    assert consumer.links == [f"{request_id}/{server.span_id}"]
    assert sent(request)[1].name == "process scans"


def test_what_cannot_succeed_is_an_error_with_its_reason_and_its_log_line_names_the_trace(
    traced: Traced,
) -> None:
    trace_id, traceparent = new_trace()
    post(traced.program, {"meta": {"idempotencyKey": "4242-4242"}}, traceparent=traceparent)
    tree = collected(traced.collector, trace_id, has("process scans", "POST /events/{subscription}"))
    failed = next(span for span in tree.spans if span.name == "process scans")
    assert failed.error == failed.attributes["durable_process.reason"] == "invalid"
    assert failed.attributes["durable_process.outcome"] == "rejected"
    log = [line for line in traced.program.text().splitlines() if f"trace_id={trace_id}" in line]
    assert [line for line in log if " rejected: " in line and f"span_id={failed.span_id}" in line]
    assert "4242" not in str(tree.spans)


def documented_metrics() -> dict[str, tuple[str, set[str], bool]]:
    """Of each metric in docs/metrics.md its type, its labels, and whether it has the SDK's beside them."""
    rows = re.findall(r"^\| `(process_\w+)` \| (\w+)(.*?) \|", METRICS_PAGE.read_text(), re.MULTILINE)
    return {
        name: (kind, set(re.findall(r"`(\w+)`", labels)), "the SDK's own" in labels)
        for name, kind, labels in rows
    }


@pytest.mark.requirement("R119", "R120", "R121", "R122")
def test_what_a_running_worker_and_ingress_show_is_what_the_page_of_metrics_says(traced: Traced) -> None:
    event = body("Bremen")
    for content in (event, event, {"meta": {"idempotencyKey": "no key"}}):
        post(traced.program, content)
    traced.program.until_metric("process_idempotency_drops_total", 'process="dispatch"', 1)
    traced.program.until_metric("process_facts_published_total", 'outcome="published"', 1)
    documented = documented_metrics()
    shown = set()
    for family in text_string_to_metric_families(traced.program.get("/metrics").text):
        name = family.name + ("_total" if family.type == "counter" else "")
        if not name.startswith("process_") or name.startswith(OPERATING_SYSTEM) or name.endswith("_created"):
            continue
        kind, labels, has_others = documented[name]
        assert family.type == kind, name
        for sample in family.samples:
            shown.add(name)
            found = sample.labels.keys() - {"le"}
            assert labels <= found if has_others else labels == found, name
    assert shown >= {
        "process_ingress_events_total",
        "process_ingress_events_per_call",
        "process_ingress_delivery_seconds",
        "process_dead_letters_total",
        "process_temporal_calls_total",
        "process_temporal_up",
        "process_facts_published_total",
        "process_idempotency_drops_total",
    }


def test_a_program_that_ends_exports_what_is_sampled_and_passes_on_the_context_of_the_rest(
    environment: dict[str, str], collector: Collector, tmp_path: Path
) -> None:
    never = {"OTEL_BSP_SCHEDULE_DELAY": "3600000", "OTEL_SERVICE_NAME": "parcels"}
    variables = environment | collector.environment | never
    sampled_id, sampled = new_trace()
    unsampled_id, unsampled = new_trace("00")
    with Child(tmp_path / "log", MODULE, environment=variables) as program:
        program.until("/readyz", 200)
        post(program, body("Bremen"), traceparent=sampled)
        post(program, body("Bremen"), traceparent=unsampled)
        program.until_metric("process_facts_published_total", 'outcome="published"', 2)
        assert not collector.spans
        program.signal(signal.SIGTERM)
        assert program.exit_code() == 0
    tree = collector.trace(sampled_id)
    assert has("process scans", "send moves")(tree), tree.outline()
    assert {span.service for span in tree.spans} == {"parcels"}
    assert not collector.trace(unsampled_id).spans
    facts = Traced(program, collector, tmp_path / "facts.jsonl")
    assert {traceparent[-3:] for traceparent in facts.traceparents(unsampled_id)} == {"-00"}


def test_a_collector_that_is_away_keeps_no_program_from_working_or_ending(
    environment: dict[str, str], tmp_path: Path
) -> None:
    variables = environment | {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    with Child(tmp_path / "log", MODULE, environment=variables) as program:
        program.until("/readyz", 200)
        post(program, body("Bremen"))
        program.until_metric("process_facts_published_total", 'outcome="published"', 1)
        program.signal(signal.SIGTERM)
        assert program.exit_code() == 0


def test_a_configuration_that_cannot_work_is_said_at_start(
    environment: dict[str, str], tmp_path: Path
) -> None:
    wrong = {"OTEL_TRACES_EXPORTER": "zipkin", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with Child(tmp_path / "log", MODULE, environment=environment | wrong) as program:
        assert program.exit_code() == 2
        assert program.text().splitlines()[1:] == [
            "  OTEL_TRACES_EXPORTER: write otlp, console or none",
            "  OTEL_EXPORTER_OTLP_PROTOCOL: write http/protobuf, or unset it; no other protocol is installed",
        ]


WITHOUT_THE_EXTRA = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import runpy
runpy.run_module("tests.runtime.facts.dispatch", run_name="__main__")
"""


def test_without_the_extra_a_program_works_and_one_that_is_to_trace_says_what_is_missing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    def ended(**variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_THE_EXTRA],
            env={"PORT_HTTP": "127.0.0.1:0", "HOME": str(tmp_path), **environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    result = ended(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
    assert result.returncode == 2
    assert result.stderr.splitlines()[1:] == [
        "  OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is not installed; install the extra "
        "protoc-gen-process[otel], or unset the variable"
    ]
    # It comes as far as its bindings file: everything is imported.
    result = ended(PUBLISH_BINDINGS_FILE=str(tmp_path / "absent.toml"))
    assert result.returncode == 2
    assert "PUBLISH_BINDINGS_FILE" in result.stderr
    assert "OTEL" not in result.stderr


def test_nothing_of_opentelemetry_is_imported_while_nobody_asks_for_it() -> None:
    program = (
        "import sys, process_runtime.combined, process_runtime.telemetry as telemetry\n"
        "assert type(telemetry.open_telemetry([], 'worker', 'me')) is telemetry.Telemetry\n"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    disabled = {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    subprocess.run([sys.executable, "-c", program], env=disabled, check=True, timeout=60)
