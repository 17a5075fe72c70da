"""The locale belongs to the whole process, and so to all other executions."""

# replay: breaks
# sandbox: stops
# executions: 2

import locale
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class FormatsMoney:
    @workflow.run
    async def run(self) -> None:
        text = str(locale.localeconv()["p_cs_precedes"])  # want: DET005?, DET019?
        locale.setlocale(locale.LC_MONETARY, "C.UTF-8")  # want: DET019
        known = locale.setlocale(locale.LC_NUMERIC)  # want: DET019?
        locale.setlocale(locale.LC_NUMERIC, "C" if known != "C" else "C.UTF-8")  # want: DET019
        await workflow.execute_activity(f"print_{text}_{known}", start_to_close_timeout=timedelta(seconds=10))
