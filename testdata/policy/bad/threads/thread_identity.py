"""A new thread's identity is used."""

# replay: breaks
# sandbox: stops

import threading
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class StartsThread:
    @workflow.run
    async def run(self) -> None:
        seen: list[str] = []
        thread = threading.Thread(  # want: DET009
            target=lambda: seen.append(str(threading.get_native_id()))  # want: DET009?
        )
        thread.start()  # want: DET009?
        thread.join()  # want: DET009?
        await workflow.execute_activity(
            "use", activity_id=seen[0], start_to_close_timeout=timedelta(seconds=10)
        )
