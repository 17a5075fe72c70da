"""The rules of practice."""

from __future__ import annotations

from process_policy.rule import Rule

PRACTICE_RULES = (
    Rule(
        "PRA001",
        "prints from workflow code",
        "Every replay prints it again, so the same line appears at any time and on any worker.",
        "use workflow.logger, which is silent while replaying, or ask workflow.unsafe.is_replaying() first",
    ),
    Rule(
        "PRA002",
        "logs from workflow code with a logger that does not know of replays",
        "Every replay logs it again, and the line does not say which run it belongs to.",
        "use workflow.logger",
    ),
    Rule(
        "PRA003",
        "starts an activity without a time limit for it",
        "The SDK refuses it when the line is reached; the workflow then fails its task again and again.",
        "give start_to_close_timeout or schedule_to_close_timeout",
    ),
    Rule(
        "PRA004",
        "makes a coroutine that is not awaited",
        "Without await nothing of it runs: no timer, no activity, no error.",
        "write await before it, or keep it as a task",
    ),
    Rule(
        "PRA005",
        "runs a long activity without heartbeats",
        "Only a missing heartbeat tells the server of a dead worker before the long time limit is over.",
        "give heartbeat_timeout and call activity.heartbeat() in the activity's loop",
    ),
    Rule(
        "PRA006",
        "retries an activity without any limit",
        "An activity that can never succeed is tried for ever, and its workflow waits for ever.",
        "give maximum_attempts, or schedule_to_close_timeout",
        opt_in=True,
    ),
    Rule(
        "PRA007",
        "swallows a cancellation",
        "The workflow goes on as if nobody had asked it to stop; the one who asked waits.",
        "raise again after cleaning up",
    ),
    Rule(
        "PRA008",
        "lets an exception that is no Temporal failure leave the workflow",
        "It fails the workflow task, not the workflow: the task is tried again and again, without an end.",
        "raise temporalio.exceptions.ApplicationError, or name the type in failure_exception_types",
    ),
    Rule(
        "PRA009",
        "is no workflow as the SDK wants it",
        "The worker refuses the class when it starts, or the handler when it is called.",
        "follow the message",
    ),
    Rule(
        "PRA010",
        "gives a query or a validator an answer that depends on the worker",
        "It is not replayed, but two workers answer differently, and the sandbox may refuse it.",
        "answer from the workflow's state, workflow.now() and workflow.random()",
    ),
    Rule(
        "PRA011",
        "calls an activity as a plain function",
        "Its code then runs inside the workflow: nothing is recorded, retried or limited in time.",
        "use workflow.execute_activity()",
    ),
    Rule(
        "PRA012",
        "uses what only an activity has",
        "There is no activity here; the call raises and fails the workflow task.",
        "move it into the activity",
    ),
    Rule(
        "PRA013",
        "passes both arg and args",
        "The SDK refuses the call when the line is reached.",
        "give all arguments in args",
    ),
    Rule(
        "PRA014",
        "asks for retries without end",
        "maximum_attempts=0 means no limit: an activity that can never succeed is tried for ever.",
        "give a number of attempts, or schedule_to_close_timeout",
    ),
)
