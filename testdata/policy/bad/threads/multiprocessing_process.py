"""A process of one's own."""

# replay: not-run because a process cannot be forked safely from a worker's thread

from multiprocessing import Process, Queue

from temporalio import workflow


def work(queue) -> None:
    queue.put(1)


@workflow.defn
class Forks:
    @workflow.run
    async def run(self) -> int:
        queue = Queue()  # want: DET009
        Process(target=work, args=(queue,)).start()  # want: DET009
        return queue.get()  # want: DET009?
