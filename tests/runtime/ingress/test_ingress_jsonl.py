"""The JSON Lines adapter: every line once in order, over restarts, growth, replacement and truncation."""

# ruff: noqa: ASYNC240 - nothing else runs in these event loops

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from process_runtime.ingress import settle
from process_runtime.ingress.adapters.jsonl import JsonLinesAdapter, JsonLinesOptions
from process_runtime.ingress.adapters.lines import FileLines
from process_runtime.ingress.events import Outcome, Transient
from process_runtime.service import ServiceError
from tests.runtime.ingress.parcels import event
from tests.runtime.ingress.rig import eventually
from tests.runtime.ingress.scripted import MemoryDeadLetters, Rig, ScriptedDeliverer, context_of


def line(key: str, number: int) -> str:
    return json_format.MessageToJson(event("posted", key, number), indent=None) + "\n"


def lines(*numbers: int) -> str:
    return "".join(line(f"k{number % 3}", number) for number in numbers)


def keys(*numbers: int) -> list[str]:
    return sorted(f"k{number % 3}-{number}" for number in numbers)


class Feed:
    """A run of the adapter over `path`, with the deliveries it led to."""

    def __init__(self, path: Path, rig: Rig, **options: Any) -> None:
        self.rig = rig
        self.path = path
        self.context = context_of(rig, "jsonl")
        values = {"path": str(path), "follow": False, "poll_interval": "10ms", **options}
        self.adapter = JsonLinesAdapter(JsonLinesOptions(**values))

    async def run(self) -> list[str]:
        await self.adapter.run(self.context)
        return sorted(self.rig.deliverer.attempts)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.adapter.run(self.context))
        try:
            yield task
        finally:
            self.rig.stopping.set()
            await asyncio.wait([task])
            await self.rig.pipeline.close()

    async def delivered(self, *numbers: int) -> None:
        await eventually(lambda: sorted(self.rig.deliverer.attempts) == keys(*numbers))

    def position(self) -> Any:
        return json.loads(Path(f"{self.path}.position").read_text())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def feed(path: Path, dead_letters: MemoryDeadLetters | None = None, **options: Any) -> Feed:
    return Feed(path, Rig(ScriptedDeliverer(), dead_letters), **options)


async def test_a_file_is_read_to_its_end_once(path: Path) -> None:
    path.write_text(lines(*range(500)))
    assert await feed(path).run() == keys(*range(500))
    assert await feed(path).run() == []
    with path.open("a") as file:
        file.write(lines(500))
    assert await feed(path).run() == keys(500)
    assert feed(path).position()["line"] == 501


async def test_order_within_a_key_is_that_of_the_file(path: Path) -> None:
    path.write_text(lines(*range(90)))
    run = feed(path)
    await run.run()
    for key in ("k0", "k1", "k2"):
        numbers = [int(name.split("-")[1]) for name in run.rig.deliverer.attempts if name.startswith(key)]
        assert numbers == sorted(numbers)


async def test_blank_lines_dos_ends_and_a_missing_last_end_are_read_as_people_mean_them(path: Path) -> None:
    path.write_bytes(b"\n" + line("k1", 1).strip().encode() + b"\r\n  \n\n" + line("k2", 2).strip().encode())
    assert await feed(path).run() == keys(1, 2)
    assert feed(path).position()["line"] == 5


async def test_lines_may_be_structured_cloudevents(path: Path) -> None:
    tree = json_format.MessageToDict(event("posted", "k1", 1))
    attributes = {"specversion": "1.0", "id": "1", "source": "/t", "type": "parcels.Posted.v1"}
    path.write_text(json.dumps({**attributes, "data": tree}) + "\n")
    assert await feed(path).run() == keys(1)


async def test_a_followed_file_is_read_as_it_grows_by_whole_lines(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    look = FileLines._next_lines

    def counted(self: FileLines, *args: Any) -> Any:
        looks.append(1)
        return look(self, *args)

    monkeypatch.setattr(FileLines, "_next_lines", counted)
    path.write_text(lines(1))
    run = feed(path, follow=True)
    async with run.running():
        await run.delivered(1)
        second = lines(2)
        with path.open("a") as file:
            file.write(second[:20])
            file.flush()
            seen = len(looks)
            await eventually(lambda: len(looks) > seen + 1)
            await run.delivered(1)
            file.write(second[20:] + lines(3))
            file.flush()
            await run.delivered(1, 2, 3)


async def test_a_followed_file_need_not_exist_yet(path: Path) -> None:
    run = feed(path, follow=True)
    async with run.running():
        await eventually(lambda: run.rig.condition.as_dict()["reason"] == "NoFile")
        path.write_text(lines(1))
        await run.delivered(1)
        assert run.rig.condition.is_ready


@pytest.mark.parametrize("how", ["replaced", "cut short"])
async def test_a_file_that_is_not_the_same_any_longer_is_read_from_its_start(path: Path, how: str) -> None:
    path.write_text(lines(1, 2, 3))
    run = feed(path, follow=True)
    async with run.running():
        await run.delivered(1, 2, 3)
        if how == "replaced":
            path.rename(path.with_suffix(".old"))
        path.write_text(lines(4))
        await run.delivered(1, 2, 3, 4)


async def test_a_kept_position_of_another_file_is_not_used(path: Path) -> None:
    path.write_text(lines(1, 2))
    await feed(path).run()
    path.unlink()
    # Keeps the inode of the old file from being used again.
    path.with_suffix(".other").write_text("")
    path.write_text(lines(3, 4, 5))
    assert set(keys(3, 4, 5)) <= set(await feed(path).run())


async def test_a_line_that_can_never_succeed_stops_the_input_just_before_it(path: Path) -> None:
    path.write_text(lines(1, 2) + "{oops\n" + lines(3))
    with pytest.raises(ServiceError, match=r"events.jsonl:3 .*DEAD_LETTER_FILE"):
        await feed(path).run()
    assert feed(path).position()["line"] == 2
    letters = MemoryDeadLetters()
    again = await feed(path, letters).run()
    assert again == keys(3)
    assert [(letter.data, letter.position) for letter in letters.letters] == [(b"{oops", f"{path}:3")]
    assert feed(path).position()["line"] == 4


async def test_what_is_tried_again_keeps_no_input_from_stopping(path: Path) -> None:
    path.write_text(line("k1", 1) + "no event\n")
    run = Feed(path, Rig(ScriptedDeliverer(lambda _key, _attempt: Transient("Temporal is away"))))
    with pytest.raises(ServiceError, match="can never succeed"):
        async with asyncio.timeout(60):
            await run.run()
    assert not path.with_name("events.jsonl.position").exists()


async def test_a_line_longer_than_the_limit_is_refused_and_does_not_fill_memory(path: Path) -> None:
    path.write_text(lines(1) + "x" * 200_000 + "\n" + lines(2))
    letters = MemoryDeadLetters()
    assert await feed(path, letters).run() == keys(1, 2)
    (letter,) = letters.letters
    assert letter.reason == "too_large"
    assert len(letter.data) == 10_001


async def test_a_stop_leaves_the_position_before_what_is_not_delivered(path: Path) -> None:
    path.write_text(lines(1, 2, 3, 4))
    stuck = ScriptedDeliverer(lambda key, _n: Transient("away") if key == "k2-2" else Outcome.DELIVERED)
    run = Feed(path, Rig(stuck), follow=True)
    async with run.running():
        await eventually(lambda: {"k0-3", "k1-4"} <= set(stuck.attempts))
    assert run.position()["line"] == 1
    assert await feed(path).run() == keys(2, 3, 4)


@pytest.mark.requirement("R120")
async def test_lag_is_what_is_taken_and_not_settled(path: Path) -> None:
    path.write_text(lines(1, 2, 3))
    stuck = ScriptedDeliverer(lambda key, _n: Transient("away") if key == "k1-1" else Outcome.DELIVERED)
    run = Feed(path, Rig(stuck), follow=True)

    def lag() -> float | None:
        return run.rig.metrics.registry.get_sample_value("process_ingress_lag", {"subscription": "parcels"})

    async with run.running():
        await eventually(lambda: lag() == 3)
        stuck.script = lambda _key, _n: Outcome.DELIVERED
        await eventually(lambda: lag() == 0)


async def test_a_position_file_that_holds_something_else_is_not_overwritten(path: Path) -> None:
    path.write_text(lines(1))
    position = Path(f"{path}.position")
    position.write_text("my diary")
    with pytest.raises(ServiceError, match="remove it"):
        await feed(path).run()
    assert position.read_text() == "my diary"


async def test_a_file_that_is_not_there_or_not_readable_is_said_in_one_line(
    path: Path, tmp_path: Path
) -> None:
    with pytest.raises(ServiceError, match="no such file"):
        await feed(path).run()
    with pytest.raises(ServiceError, match="cannot be read"):
        await feed(tmp_path).run()


async def test_a_position_that_cannot_be_kept_loses_nothing(path: Path, tmp_path: Path) -> None:
    path.write_text(lines(1, 2))
    nowhere = tmp_path / "missing" / "position"
    assert await feed(path, position_file=str(nowhere)).run() == keys(1, 2)
    assert await feed(path, position_file=str(nowhere)).run() == keys(1, 2)


async def test_no_more_is_taken_beyond_a_line_that_waits_than_a_process_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "MOST_BEYOND", 20)
    path = tmp_path / "events.jsonl"
    path.write_text(line("late", 0) + "".join(line(f"k{number}", number) for number in range(50)))
    let_go = asyncio.Event()
    rig = Rig(ScriptedDeliverer(lambda key, _: let_go if key == "late-0" else Outcome.DELIVERED))
    running = asyncio.create_task(Feed(path, rig).run())
    await eventually(lambda: rig.count("delivered") == 20 - 1)
    for _ in range(100):
        await asyncio.sleep(0)
    assert rig.count("delivered") == 20 - 1
    let_go.set()
    assert len(await running) == 51
