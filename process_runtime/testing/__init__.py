"""What tests of a process need: a server, sample events, stand-ins for activities, and the invariants.

The fixtures are in :mod:`process_runtime.testing.fixtures`, the dev server in
:mod:`process_runtime.testing.servers`.
"""

from process_runtime.testing.activities import Answer, Call, CallRecord, StandIn, StandInActivities
from process_runtime.testing.events import EventBuilder
from process_runtime.testing.facts import RecordedFacts
from process_runtime.testing.harness import ProcessHarness
from process_runtime.testing.invariants import (
    assert_applied_once_over_continue_as_new,
    assert_same_event_twice_applied_once,
)
from process_runtime.testing.people import human_class, human_module, load_registration
from process_runtime.testing.pinned import assert_start_versions_decode, assert_workflow_ids
from process_runtime.testing.policy import assert_determinism_policy, assert_import_policy
from process_runtime.testing.replaying import assert_an_execution_replays, assert_histories_replay
from process_runtime.testing.replays import SESSION, Replays
from process_runtime.testing.rest import at_rest
from process_runtime.testing.routing import ExpectedRoute, assert_routing_complete
from process_runtime.testing.runs import Run
from process_runtime.testing.samples import sample_envelope, sample_message
from process_runtime.testing.waiting import eventually
from process_runtime.testing.workers import replay, serve_process

__all__ = [
    "SESSION",
    "Answer",
    "Call",
    "CallRecord",
    "EventBuilder",
    "ExpectedRoute",
    "ProcessHarness",
    "RecordedFacts",
    "Replays",
    "Run",
    "StandIn",
    "StandInActivities",
    "assert_an_execution_replays",
    "assert_applied_once_over_continue_as_new",
    "assert_determinism_policy",
    "assert_histories_replay",
    "assert_import_policy",
    "assert_routing_complete",
    "assert_same_event_twice_applied_once",
    "assert_start_versions_decode",
    "assert_workflow_ids",
    "at_rest",
    "eventually",
    "human_class",
    "human_module",
    "load_registration",
    "replay",
    "sample_envelope",
    "sample_message",
    "serve_process",
]
