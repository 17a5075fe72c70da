"""A set whose elements are only logged."""

# replay: not-run because it is about how lines are judged, and starts nothing

from typing import Any

from temporalio import workflow


class Told:
    def debug(self, text: str, **values: Any) -> None:
        workflow.logger.debug(text, extra=values)


@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.logger = Told()

    @workflow.run
    async def run(self, texts: list[str]) -> int:
        names = set(texts)
        workflow.logger.info("names: %s", list(names), extra={"names": [name.upper() for name in names]})
        self.logger.debug("names", names=tuple(names))
        return len(names)
