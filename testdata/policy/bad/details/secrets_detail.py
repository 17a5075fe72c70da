"""Secrets."""

# replay: not-run because it is about how lines are judged, and starts nothing

import secrets

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> str:
        return secrets.token_hex()  # want: DET003
