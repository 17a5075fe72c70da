"""How a worker serves gauges and readings."""

from process_runtime.worker import ProcessRegistration
from tests.runtime.visibility.gauge import contract, workflow

_PASSTHROUGH = ("tests.runtime.visibility.gauge.contract", "tests.runtime.visibility.gauge.gauge_pb2")

GAUGES = ProcessRegistration(
    contract=contract.GAUGE,
    workflow=workflow.GaugeWorkflow,
    passthrough=_PASSTHROUGH,
    scheduled=contract.SCHEDULED_GAUGE,
    scheduled_start=workflow.GaugeScheduledStart,
)
READINGS = ProcessRegistration(
    contract=contract.READING,
    workflow=workflow.ReadingWorkflow,
    passthrough=_PASSTHROUGH,
    scheduled=contract.SCHEDULED_READING,
    scheduled_start=workflow.ReadingScheduledStart,
)
