import weakref

from temporalio import workflow


class Quote:
    price = 10


@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> int:
        quote = weakref.ref(Quote())  # DET017
        await workflow.sleep(1)
        found = quote()
        return found.price if found else 0
