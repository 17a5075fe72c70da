"""What must have come of the story, and whether it did."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from demo.story import ORDERS, TENANT, Story

_SHIPPED = {"payment captured": 1, "shipment requested": 1, "customer notified": 1}
_EFFECTS = {
    ORDERS[0]: _SHIPPED,
    ORDERS[1]: _SHIPPED,
    ORDERS[2]: _SHIPPED | {"shipment called off": 1, "payment refunded": 1},
}
DROPS = "process_idempotency_drops_total"
_DEAD_LETTERS = {"late": 1, "undecodable": 1}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so."""

    what: str
    expected: object
    found: object

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return self.expected == self.found


async def settled(story: Story) -> None:
    """Wait until the ingress has given up what can never succeed, and the worker counts what it dropped."""
    system = story.system
    while not await system.metric(system.worker_url, DROPS):
        await asyncio.sleep(0.1)
    while await system.metric(system.ingress_url, "process_dead_letters_total") < sum(_DEAD_LETTERS.values()):
        await asyncio.sleep(0.1)


async def outcome(story: Story) -> list[Check]:
    """Return every check, from Temporal, the ledger, published facts, dead letters and metrics."""
    system = story.system
    statuses = dict(zip(ORDERS, ("completed", "completed", "cancelled"), strict=True))
    checks = [
        Check(f"{order}: result in Temporal", statuses[order], story.results.get(order)) for order in ORDERS
    ]
    effects = system.ledger.effects()
    for order in ORDERS:
        happened = Counter(effect.name for effect in effects if effect.order_id == f"{TENANT}/{order}")
        checks.append(Check(f"{order}: effects, each once", _EFFECTS[order], dict(happened)))
    told = [f"{fact.key.order_id} {fact.final_status}" for fact in await system.facts()]
    expected = {f"{order} {status}": 1 for order, status in statuses.items()}
    checks.append(Check("facts published, each once", expected, dict(Counter(told))))
    reasons = Counter(letter.reason for letter in await system.dead_letters())
    checks.append(Check("dead letters, by reason", _DEAD_LETTERS, dict(reasons)))
    drops = await system.metric(system.worker_url, DROPS)
    checks.append(Check("duplicates dropped (worker's /metrics)", 1, int(drops)))
    for reason in _DEAD_LETTERS:
        given_up = await system.metric(system.ingress_url, "process_dead_letters_total", reason=reason)
        checks.append(Check(f"given up as {reason} (ingress's /metrics)", 1, int(given_up)))
    return checks
