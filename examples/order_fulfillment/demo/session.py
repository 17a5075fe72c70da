"""Runs the story with a live table beside it, then the checks."""

import asyncio
import contextlib
import socket
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from demo.outcome import Check, outcome, settled
from demo.story import ORDERS, TENANT, Story, key_of
from demo.system import System, running

TIME_LIMIT = 120.0
_REFRESH = 0.2


async def run(console: Console, *, broker: str | None, keep: bool, record: Path | None) -> int:
    """Run everything and return the exit code."""
    servers = ["Temporal", *([broker] if broker else []), "worker"]
    console.print(f"demo: starting {', '.join(servers)} and ingress")
    async with running(broker=broker, usual_ports=keep) as system:
        console.print(f"demo: ready, Temporal UI at {system.ui_url}")
        story = Story(system)
        try:
            async with asyncio.timeout(TIME_LIMIT):
                await _watched(console, story)
                checks = await outcome(story)
        except TimeoutError:
            console.print(f"demo: the orders did not end within {TIME_LIMIT:.0f} s", style="red")
            _print_log(console, system)
            return 1
        console.print(_summary(checks))
        if record is not None:
            await _record(system, record)
        right = all(check.holds for check in checks)
        if not right:
            _print_log(console, system)
        if keep:
            console.print(f"Temporal UI: {system.ui_url}   ingress: {system.ingress_url}   Ctrl-C ends")
            with contextlib.suppress(asyncio.CancelledError):  # what Ctrl-C comes as
                await asyncio.Event().wait()
    return 0 if right else 1


async def _watched(console: Console, story: Story) -> None:
    """Tell the story, showing where each order is."""
    telling = asyncio.create_task(_told(story))
    try:
        with Live(await _table(story), console=console, auto_refresh=False) as live:
            while not telling.done():
                await asyncio.wait([telling], timeout=_REFRESH)
                live.update(await _table(story), refresh=True)
            live.update(await _table(story), refresh=True)
        console.print()
    finally:
        telling.cancel()
    await telling


async def _told(story: Story) -> None:
    await story.tell()
    await settled(story)


async def _table(story: Story) -> Table:
    table = Table("order", "events sent", "phase", "effects", title="orders")
    effects = story.system.ledger.effects()
    phases = await asyncio.gather(*map(story.phase, ORDERS))
    for order, phase in zip(ORDERS, phases, strict=True):
        done = [effect.name for effect in effects if effect.order_id == f"{TENANT}/{order}"]
        style = "green" if order in story.results else "yellow"
        table.add_row(
            order, str(story.sent[order]), Text(phase or "not started", style=style), "\n".join(done)
        )
    return table


def _summary(checks: list[Check]) -> Group:
    table = Table("", "what happened", "found", title="outcome")
    for check in checks:
        mark = Text("ok", style="green") if check.holds else Text("WRONG", style="bold red")
        found = (
            _shown(check.found) if check.holds else f"{_shown(check.found)}\nnot\n{_shown(check.expected)}"
        )
        table.add_row(mark, check.what, found)
    wrong = sum(not check.holds for check in checks)
    verdict = Text(f"demo: {wrong} of {len(checks)} checks are wrong", style="bold red")
    if not wrong:
        verdict = Text(f"demo: all {len(checks)} checks hold", style="bold green")
    return Group(table, verdict)


def _shown(value: object) -> str:
    return (
        "\n".join(f"{count} x {name}" for name, count in value.items())
        if isinstance(value, dict)
        else str(value)
    )


def _print_log(console: Console, system: System) -> None:
    for line in system.log:
        console.print(line, style="dim", markup=False)


async def _record(system: System, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for order in ORDERS:
        history = await system.orders.handle(key_of(order)).fetch_history()
        # Which machine ran it is of no use to a replay.
        text = history.to_json().replace(f"@{socket.gethostname()}", "@demo")
        (folder / f"{order.lower()}.json").write_text(text, encoding="utf-8")
