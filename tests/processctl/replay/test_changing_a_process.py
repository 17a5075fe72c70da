"""docs/changing-a-process.md, played on a real server."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client

from process_runtime.testing import eventually
from tests.e2e.folders import CHECKOUT, copied_example
from tests.processctl.replay.orders import HISTORIES, WORKFLOW_IMPL, Orders

PAGE: Final = CHECKOUT / "docs" / "changing-a-process.md"
BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Section:
    """A section of the page."""

    def __init__(self, title: str) -> None:
        _, _, rest = PAGE.read_text().partition(f"\n## {title}\n")
        assert rest, f"the page has no section {title!r}"
        self.blocks = BLOCK.findall(rest.partition("\n## ")[0])

    def apply(self, implementation: Path) -> None:
        """Make the change that the section shows."""
        [change] = [text for kind, text in self.blocks if kind == "diff"]
        code = implementation.read_text()
        for hunk in change.split("@@\n"):
            lines = hunk.splitlines()
            old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
            new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
            assert code.count(old) == 1, f"the code that the page shows is not there:\n{old}"
            code = code.replace(old, new)
        implementation.write_text(code)

    def run(self, orders: Orders) -> None:
        """Run the commands that the section shows, and compare what they print."""
        [session] = [text for kind, text in self.blocks if kind == "console"]
        command, _, expected = session.removeprefix("$ ").partition("\n")
        done = orders.repo.run("sh", "-c", f"{command} 2>&1", succeeds=False, **orders.temporal)
        pattern = re.escape(expected).replace("…", "[^\n]*")
        assert re.fullmatch(pattern, done.stdout), f"the page says\n{expected}\nand it is\n{done.stdout}"


@pytest.mark.requirement("R002", "R011")
@pytest.mark.asyncio(loop_scope="session")
async def test_one_execution_lives_through_a_safe_a_refused_and_a_patched_change(
    empty_namespace: Client, tmp_path: Path
) -> None:
    orders = Orders(copied_example("order_fulfillment", tmp_path / "orders"), empty_namespace)
    implementation = orders.repo.path / WORKFLOW_IMPL
    shutil.rmtree(orders.repo.path / HISTORIES)

    waits = Section("An order that waits")
    async with orders.worker():
        await orders.place("A-7")
        await orders.reached("A-7", "awaiting payment")
        waits.run(orders)

    safe = Section("A safe change")
    safe.apply(implementation)
    safe.run(orders)
    async with orders.worker():
        await orders.pay("A-7", " P-1 ")
        await orders.reached("A-7", "awaiting shipment")
    assert orders.effects("A-7") == [("payment captured", "P-1"), ("shipment requested", "")]

    refused = Section("A change that is refused")
    refused.apply(implementation)
    refused.run(orders)
    async with orders.worker():
        await orders.pay("A-7", "once more")

        async def has_stopped() -> bool:
            history = await orders.handle("A-7").fetch_history()
            return WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR in [
                event.workflow_task_failed_event_attributes.cause for event in history.events
            ]

        await eventually(has_stopped, lambda: f"the order did not stop:\n{orders.log()}")

    patched = Section("The same change behind a patch")
    patched.apply(implementation)
    patched.run(orders)
    async with orders.worker():
        await orders.place("A-8")
        await orders.ship("A-7")
        await orders.handle("A-7").result()
        await orders.reached("A-8", "awaiting payment")
    assert orders.effects("A-7")[2:] == [("customer notified", "completed")]
    assert orders.effects("A-8") == [("customer notified", "received")]
