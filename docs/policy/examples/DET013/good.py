from temporalio import workflow

with workflow.unsafe.imports_passed_through():  # only imports: no code of the workflow runs in it
    import json


@workflow.defn
class Report:
    @workflow.run
    async def run(self, rows: list[str]) -> str:
        return json.dumps(rows)
