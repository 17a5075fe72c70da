"""How a worker serves the dispatch process."""

from process_runtime.worker import ProcessRegistration
from tests.runtime.facts.dispatch.contract import ARRIVED, CONTRACT, MOVED, STREAMS
from tests.runtime.facts.dispatch.workflow import DispatchWorkflow

REGISTRATION = ProcessRegistration(
    contract=CONTRACT,
    workflow=DispatchWorkflow,
    passthrough=("tests.runtime.facts.dispatch.contract", "tests.runtime.facts.dispatch.dispatch_pb2"),
    facts=(MOVED, ARRIVED),
    streams=STREAMS,
)
