"""A query reads, and changes only what it has made itself."""

# replay: holds
# sandbox: passes
# query: steps []

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class AnswersQueries:
    def __init__(self) -> None:
        self._steps: list[str] = []

    @workflow.query
    def steps(self) -> list[str]:
        answer = list(self._steps)
        answer.append("and so on")
        return answer

    @workflow.run
    async def run(self) -> None:
        self._steps.append("a")
        await workflow.execute_activity("a", start_to_close_timeout=timedelta(seconds=10))
