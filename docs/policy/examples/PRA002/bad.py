import logging

from temporalio import workflow

logger = logging.getLogger(__name__)


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        logger.info("order of %s", name)  # PRA002
        return name
