"""Module data that is only read."""

# replay: holds
# sandbox: passes

from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType

from temporalio import workflow

LIMITS = {"small": Decimal("1.5"), "large": Decimal(10)}
STEPS = ("pick", "pack", "ship")
NAMES = MappingProxyType({"pick": "Pick"})
RETRIES: list[int] = [1, 2, 3]


class Policy:
    limit = 3
    kinds = {"a": 1}


@workflow.defn
class ReadsOnly:
    LABEL = "order"

    @workflow.run
    async def run(self) -> None:
        for step in STEPS:
            await workflow.execute_activity(
                f"{step}_{LIMITS.get('small')}_{NAMES.get(step)}_{Policy.limit}",
                start_to_close_timeout=timedelta(seconds=10),
            )
        await workflow.execute_activity(
            f"{self.LABEL}_{max(RETRIES)}_{Policy.kinds['a']}", start_to_close_timeout=timedelta(seconds=10)
        )
