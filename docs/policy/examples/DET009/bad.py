import threading

from temporalio import workflow


@workflow.defn
class Batch:
    @workflow.run
    async def run(self, items: list[str]) -> list[str]:
        done: list[str] = []
        workers = [threading.Thread(target=done.append, args=(item,)) for item in items]  # DET009
        for worker in workers:
            worker.start()  # DET009
        for worker in workers:
            worker.join()  # DET009
        return done
