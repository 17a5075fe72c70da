"""What the environment says is in the start message."""

# replay: holds
# sandbox: passes
# start: [{"region": "eu"}]

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow


@dataclass
class Start:
    region: str


@workflow.defn
class ConfiguredByStart:
    @workflow.run
    async def run(self, start: Start) -> None:
        environ = {"REGION": start.region}
        await workflow.execute_activity(
            f"deploy_{environ['REGION']}_{environ.get('X')}", start_to_close_timeout=timedelta(seconds=10)
        )
