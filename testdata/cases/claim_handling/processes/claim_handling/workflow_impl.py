"""Pays claims that were filed online."""

from claim_handling.workflow import ClaimHandlingProcess
from claims.v1.claim_handling_process_pb2 import (
    ClaimFiled,
    ClaimHandlingResultV4,
    ClaimHandlingStartV1,
    ClaimHandlingStartV2,
    ClaimHandlingStartV4,
    ClaimKey,
)
from process_runtime.workflow import EventMeta


class ClaimHandling(ClaimHandlingProcess):
    """One claim."""

    def __init__(self) -> None:
        super().__init__()
        self.phase = "awaiting claim"

    async def run(self, start: ClaimHandlingStartV4) -> ClaimHandlingResultV4:
        """Pay once the claim is here."""
        await self.until(lambda: self.phase == "filed")
        return ClaimHandlingResultV4(paid_cents=100 if start.channel == "online" else 0)

    async def on_claim_filed(self, fact: ClaimFiled, meta: EventMeta) -> None:
        """Filed."""
        self.phase = "filed"

    def upgrade_start_v1(self, start: ClaimHandlingStartV1) -> ClaimHandlingStartV2:
        """The claim's ID has moved into the key."""
        return ClaimHandlingStartV2(version=2, key=ClaimKey(claim_id=start.claim_id))

    def upgrade_start_v2(self, start: ClaimHandlingStartV2) -> ClaimHandlingStartV4:
        """Claims from before there were channels came by mail."""
        return ClaimHandlingStartV4(start_version=4, key=start.key, channel="mail")
