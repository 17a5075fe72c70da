"""A bucket is written to."""

# replay: not-run because boto3 is not installed

import boto3
from temporalio import workflow


@workflow.defn
class StoreReport:
    @workflow.run
    async def run(self, report: str) -> None:
        s3 = boto3.client("s3")  # want: DET007
        s3.put_object(Bucket="reports", Key="latest", Body=report.encode())  # want: DET007?
