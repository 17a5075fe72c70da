"""Copies of module data are changed, locals shadow module names."""

# replay: holds
# sandbox: passes
# executions: 2

import copy
from datetime import timedelta

from temporalio import workflow

DEFAULTS = {"mode": "fast", "steps": ["a"]}
names = ["module"]


@workflow.defn
class Copies:
    @workflow.run
    async def run(self) -> None:
        options = copy.deepcopy(DEFAULTS)
        options["mode"] = "slow"
        options["steps"].append("b")
        shallow = dict(DEFAULTS) | {"mode": "x"}
        names = list(shallow)
        names.append("local")
        await workflow.execute_activity(
            f"{options['mode']}_{len(options['steps'])}_{'-'.join(names)}",
            start_to_close_timeout=timedelta(seconds=10),
        )
