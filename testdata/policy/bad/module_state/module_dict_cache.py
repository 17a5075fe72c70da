"""A dict of the module remembers across executions, and skips an activity."""

# replay: breaks
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow

_RATES: dict[str, float] = {}


@workflow.defn
class CachedRate:
    @workflow.run
    async def run(self) -> None:
        if "eur" not in _RATES:  # want: DET016?
            await workflow.execute_activity("fetch_rate", start_to_close_timeout=timedelta(seconds=10))
            _RATES["eur"] = 1.1  # want: DET016
        await workflow.execute_activity(
            "convert",
            _RATES["eur"],  # want: DET016?
            start_to_close_timeout=timedelta(seconds=10),
        )
