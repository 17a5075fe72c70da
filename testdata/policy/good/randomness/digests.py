"""Digests are pure."""

# replay: holds
# sandbox: passes

import hashlib
import secrets
import zlib
from datetime import timedelta

from temporalio import workflow


@workflow.defn
class Digests:
    @workflow.run
    async def run(self) -> None:
        shard = zlib.crc32(b"order-1") % 16
        digest = hashlib.sha256(b"order-1").hexdigest()
        same = secrets.compare_digest(digest, digest)
        await workflow.execute_activity(
            f"shard_{shard}_{digest}_{same}", start_to_close_timeout=timedelta(seconds=10)
        )
