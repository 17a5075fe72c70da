"""Cancellation is cleaned up after, and goes on."""

# replay: holds
# sandbox: passes

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception


@workflow.defn
class CleansUp:
    @workflow.run
    async def run(self) -> None:
        try:
            await workflow.execute_activity("book", start_to_close_timeout=timedelta(seconds=10))
        except asyncio.CancelledError:
            await asyncio.shield(
                workflow.execute_activity("undo", start_to_close_timeout=timedelta(seconds=10))
            )
            raise
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("not booked")
        except Exception:
            workflow.logger.warning("odd")
        except BaseException:
            workflow.logger.warning("going")
            raise
