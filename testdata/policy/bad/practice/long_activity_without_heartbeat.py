"""An activity may take hours, and nobody would notice for hours that its worker is gone."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def train_model(name: str) -> str:
    return name


@workflow.defn
class Train:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(  # want: PRA005
            train_model, "m", start_to_close_timeout=timedelta(hours=6)
        )
