import locale

from temporalio import workflow


@workflow.defn
class Invoice:
    @workflow.run
    async def run(self, total: float) -> str:
        locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")  # DET019
        return f"{total:n}"
