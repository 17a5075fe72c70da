"""Mail is sent from workflow code."""

# replay: not-run because it would need a mail server

import smtplib

from temporalio import workflow


@workflow.defn
class MailOut:
    @workflow.run
    async def run(self, to: str) -> None:
        with smtplib.SMTP("localhost") as server:  # want: DET007
            server.sendmail("shop@example.com", to, "Thanks")  # want: DET007?
