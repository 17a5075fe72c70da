"""Reading literals and templates runs no code."""

# replay: holds
# sandbox: passes

import ast
import json
import operator
import re
from datetime import timedelta
from string import Template

from temporalio import workflow

PATTERN = re.compile(r"\d+")


@workflow.defn
class Literals:
    @workflow.run
    async def run(self) -> None:
        value = ast.literal_eval("[1, 2]")
        text = Template("$a").substitute(a=1) + json.dumps(value) + str(re.compile("x").pattern)
        number = operator.add(*value) + len(PATTERN.findall("1 2"))
        await workflow.execute_activity(
            "use", activity_id=f"{text}-{number}", start_to_close_timeout=timedelta(seconds=10)
        )
