"""A cached property draws once for each instance."""

# replay: breaks
# sandbox: stops

import uuid
from datetime import timedelta
from functools import cached_property

from temporalio import workflow


class Session:
    @cached_property
    def token(self) -> str:
        return str(uuid.uuid4())  # want: DET004


@workflow.defn
class SessionFlow:
    def __init__(self) -> None:
        self._session = Session()

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "login", activity_id=self._session.token, start_to_close_timeout=timedelta(seconds=10)
        )
