"""A function and methods of one's own have the names of file operations."""

# replay: holds
# sandbox: passes

from datetime import timedelta

from temporalio import workflow


class Ledger:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def open(self) -> "Ledger":
        return self

    def write(self, text: str) -> None:
        self.lines.append(text)

    def read_text(self) -> str:
        return "\n".join(self.lines)


def open(name: str) -> str:
    return f"opened {name}"


@workflow.defn
class OwnOpen:
    @workflow.run
    async def run(self) -> None:
        ledger = Ledger().open()
        ledger.write(open("x"))
        await workflow.execute_activity(
            "use", activity_id=ledger.read_text(), start_to_close_timeout=timedelta(seconds=10)
        )
