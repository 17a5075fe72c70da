"""Prints and module loggers that ask first."""

# replay: not-run because it is about how lines are judged, and starts nothing

import io
import logging
import sys

from temporalio import workflow

logger = logging.getLogger(__name__)


def audit(log: logging.Logger) -> None:
    log.info("x")


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        buffer = io.StringIO()
        print("x", file=buffer)
        if not workflow.unsafe.is_replaying():
            print("x", file=sys.stderr)
            logger.info("x")
            sys.stdout.write("x")
        audit(workflow.logger)
        return buffer.getvalue()
