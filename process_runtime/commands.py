"""The sender's side of updates: what an answer means, and whether to send again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, FailureError

from process_runtime.contract import Delivery, ProcessContract
from process_runtime.updates import UpdateFailure

__all__ = ["CommandRejected", "is_to_be_sent_again"]


class CommandRejected(WorkflowUpdateFailedError):  # noqa: N818 - a verdict, not a fault
    """The process refused the command, or its handler failed.

    Attributes:
        type: The reason by which programs tell it from others: that of ``Rejected`` or ``ApplicationError``
            in the process, one of the runtime's own (:class:`process_runtime.updates.UpdateFailure`), or the
            name of another failure, such as ``ActivityError``.
        message: The reason for people.
        details: What else the process told.
    """

    def __init__(self, cause: BaseException) -> None:
        """Say why, by the cause of a ``WorkflowUpdateFailedError``."""
        super().__init__(cause)
        self.type: str = getattr(cause, "type", None) or type(cause).__name__
        self.message: str = cause.message if isinstance(cause, FailureError) else str(cause)
        self.details: Sequence[Any] = cause.details if isinstance(cause, ApplicationError) else ()

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


def is_to_be_sent_again(rejection: CommandRejected, contract: ProcessContract, delivery: Delivery) -> bool:
    """Whether the update is to be sent again, under the same Update ID, rather than counts as refused.

    So it is when it met the hand-over from one run to the next, or the end of a process after which it may
    start another.

    Args:
        rejection: What came back.
        contract: Of the process.
        delivery: How the update is sent.
    """
    match rejection.type:
        case UpdateFailure.CONTINUED_AS_NEW | UpdateFailure.RUN_ENDED:
            return True
        case UpdateFailure.PROCESS_ENDED:
            return delivery.may_start and contract.reuse_policy is not WorkflowIDReusePolicy.REJECT_DUPLICATE
    return False
