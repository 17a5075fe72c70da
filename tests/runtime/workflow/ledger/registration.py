"""How a worker serves the ledger."""

from process_runtime.worker import ProcessRegistration
from tests.runtime.workflow.ledger.activities import activity_functions, create_activities
from tests.runtime.workflow.ledger.contract import CONTRACT
from tests.runtime.workflow.ledger.workflow import LedgerWorkflow

REGISTRATION = ProcessRegistration(
    contract=CONTRACT,
    workflow=LedgerWorkflow,
    passthrough=(
        "tests.runtime.workflow.ledger.contract",
        "tests.runtime.workflow.ledger.activities",
        "tests.runtime.workflow.ledger.ledger_pb2",
        "tests.runtime.workflow.ledger.switches",
    ),
    create_activities=create_activities,
    activity_functions=activity_functions,
)
