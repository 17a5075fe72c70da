"""A table is filled while the module is imported, and read later."""

# replay: holds
# sandbox: passes
# executions: 2

from datetime import timedelta

from temporalio import workflow

_HANDLERS: dict[str, str] = {}


def _register(name: str) -> None:
    _HANDLERS[name] = name.upper()


for _name in ("a", "b"):
    _register(_name)


@workflow.defn
class BuiltAtImport:
    @workflow.run
    async def run(self) -> None:
        for name, upper in _HANDLERS.items():
            await workflow.execute_activity(f"{name}_{upper}", start_to_close_timeout=timedelta(seconds=10))
