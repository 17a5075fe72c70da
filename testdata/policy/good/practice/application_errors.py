"""Failures of Temporal's, and exceptions that do not leave."""

# replay: holds
# sandbox: passes
# start: [-1]

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError


class Refused(ApplicationError):
    pass


def parse(text: str) -> int:
    if not text.isdigit():
        raise ValueError(text)
    return int(text)


@workflow.defn
class FailsWell:
    @workflow.run
    async def run(self, amount: int) -> None:
        try:
            number = parse("x")
        except ValueError:
            number = 0
        if number:
            raise Refused("no", non_retryable=True)
        try:
            await workflow.execute_activity("charge", start_to_close_timeout=timedelta(seconds=10))
        except FailureError as error:
            raise ApplicationError("not charged") from error
        if amount < 0:
            raise ApplicationError("amount must not be negative", type="BadAmount")
