"""A client of the module is used by a method."""

# replay: not-run because redis is not installed

import redis
from temporalio import workflow

CACHE = redis.Redis(host="cache")  # want: DET007


@workflow.defn
class Cached:
    @workflow.run
    async def run(self, key: str) -> str | None:
        value = CACHE.get(key)  # want: DET007?
        return value.decode() if value else None
