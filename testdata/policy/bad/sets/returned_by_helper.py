"""A helper returns a set, and the order of a list made of it counts."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


def tags(text: str):
    return {word.strip(",.") for word in text.split()}


@workflow.defn
class Tagger:
    @workflow.run
    async def run(self) -> None:
        found = list(tags("red, green, blue, black, white, pink."))  # want: DET011
        await workflow.execute_activity(
            "tag", activity_id="-".join(found), start_to_close_timeout=timedelta(seconds=10)
        )
