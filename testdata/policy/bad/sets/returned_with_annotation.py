"""A method says that it returns a frozenset."""

# replay: breaks
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Permissions:
    def _roles(self) -> frozenset[str]:
        return frozenset(["admin", "editor", "viewer", "owner", "guest", "bot"])

    @workflow.run
    async def run(self) -> None:
        roles = [role.upper() for role in self._roles()]  # want: DET011
        for role in roles:
            await workflow.execute_activity(f"grant_{role}", start_to_close_timeout=timedelta(seconds=10))
