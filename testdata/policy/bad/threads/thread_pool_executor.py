"""Work is given to a pool of threads."""

# replay: breaks
# sandbox: stops

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class PoolWork:
    @workflow.run
    async def run(self) -> None:
        with ThreadPoolExecutor(max_workers=2) as pool:  # want: DET009
            ident = pool.submit(threading.get_native_id).result()  # want: DET009?
        await workflow.execute_activity(
            "merge", activity_id=str(ident), start_to_close_timeout=timedelta(seconds=10)
        )
