"""Files in memory."""

# replay: holds
# sandbox: passes

import csv
import io
import json
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class InMemory:
    @workflow.run
    async def run(self) -> None:
        buffer = io.StringIO()
        csv.writer(buffer).writerow(["a", 1])
        data = io.BytesIO(b"x\ny")
        lines = [line for line in data]
        text = json.dumps({"rows": buffer.getvalue(), "lines": len(lines)})
        await workflow.execute_activity("use", activity_id=text, start_to_close_timeout=timedelta(seconds=10))
