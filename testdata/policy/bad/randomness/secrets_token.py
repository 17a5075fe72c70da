"""A token is drawn by `secrets`."""

# replay: breaks
# sandbox: stops

import secrets

from temporalio import workflow


@workflow.defn
class PasswordReset:
    @workflow.run
    async def run(self, user: str = "u-1") -> None:
        token = secrets.token_urlsafe(16)  # want: DET003
        await workflow.execute_child_workflow("MailToken", id=f"{user}-{token}")
