"""Imports are passed through the sandbox."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import decimal

    import pydantic


class Order(pydantic.BaseModel):
    price: decimal.Decimal = decimal.Decimal(1)


@workflow.defn
class PassesImports:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            f"charge_{Order().price}", start_to_close_timeout=timedelta(seconds=10)
        )
