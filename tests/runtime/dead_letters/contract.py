"""What every kind of dead-letter stream does: a kind's test class inherits `DeadLetterContract`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from process_runtime.dead_letters import DeadLetter, DeadLetterStream
from process_runtime.ingress.dead_letters import letter_of
from process_runtime.ingress.events import RawMessage, Reason, Rejection

Open = Callable[[], DeadLetterStream]


def letter(position: str = "orders/3@7", body: bytes = b"\x00\xff not json", **fields: object) -> DeadLetter:
    """Return a letter; `position` and `body` make its ID."""
    message = RawMessage(
        subscription="orders",
        adapter="test",
        position=position,
        body=body,
        content_type='application/protobuf; messageType="orders.v1.Event"',
        headers={"ce-id": "1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    )
    made = letter_of(message, Rejection(Reason.UNDECODABLE, "the data are not JSON", process="parcel"))
    return replace(made, **fields)  # type: ignore[arg-type]


async def open_ids(stream: DeadLetterStream) -> list[str]:
    async with aclosing(stream.letters()) as letters:
        return [found.id async for found in letters]


class DeadLetterContract:
    """A subclass has a fixture `open_stream`, which returns an `Open`.

    It makes a stream, not entered yet, onto the same store each time. The store is empty when a test begins,
    and no other test's.
    """

    async def test_a_letter_comes_back_whole(self, open_stream: Open) -> None:
        letters = [
            letter("plain"),
            letter("empty", b""),
            letter("keyed", key=b"\x00tenant/\xff"),
            letter("with an empty key", key=b""),
            letter("bare", headers={}, content_type="", process="", detail=""),
            letter("Grüße/日本 @ 7\n%0A", detail='the field "näme" of\r\n a line: 100 %'),
            letter(
                "odd headers",
                headers={
                    "x-latin": "caf\xe9",
                    "x-lines": "a\r\nb: c",
                    "x-empty": "",
                    "dl-id": "another",
                    "x y": "=",
                },
            ),
            letter("large", bytes(range(256)) * 2000),
        ]
        async with open_stream() as stream:
            await stream.claim()
            for written in letters:
                await stream.write(written)
        async with open_stream() as stream, aclosing(stream.letters()) as found:
            assert [read async for read in found] == letters

    async def test_an_empty_stream_has_no_letters(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            assert await open_ids(stream) == []
            assert await stream.find(letter().id) is None

    async def test_letters_come_oldest_first(self, open_stream: Open) -> None:
        began = datetime(2025, 1, 1, tzinfo=UTC)
        letters = [letter(str(number), time=began + timedelta(seconds=number)) for number in range(20)]
        async with open_stream() as stream:
            await stream.claim()
            for written in letters:
                await stream.write(written)
            assert await open_ids(stream) == [written.id for written in letters]

    async def test_a_letter_that_is_written_twice_is_there_once(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            for position in ("1", "2", "1"):
                await stream.write(letter(position))
            assert sorted(await open_ids(stream)) == sorted([letter("1").id, letter("2").id])

    async def test_a_dropped_letter_is_gone_for_everybody_and_for_good(self, open_stream: Open) -> None:
        async with open_stream() as writer, open_stream() as reader:
            await writer.claim()
            for position in ("1", "2", "3"):
                await writer.write(letter(position))
            await reader.drop(letter("2").id)
            for stream in (reader, writer):
                assert await open_ids(stream) == [letter("1").id, letter("3").id]
                assert await stream.find(letter("2").id) is None
            await writer.write(letter("4"))
        async with open_stream() as stream:
            assert await open_ids(stream) == [letter(position).id for position in ("1", "3", "4")]

    async def test_the_letters_that_are_left_can_all_be_dropped(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            for position in ("1", "2"):
                await stream.write(letter(position))
            for position in ("1", "2"):
                await stream.drop(letter(position).id)
            assert await open_ids(stream) == []

    async def test_a_letter_that_is_written_again_after_it_was_dropped_is_open_again(
        self, open_stream: Open
    ) -> None:
        async with open_stream() as stream:
            await stream.claim()
            await stream.write(letter())
            await stream.drop(letter().id)
            again = letter()
            await stream.write(again)
            assert await stream.find(letter().id) == again
            assert await open_ids(stream) == [letter().id]

    async def test_dropping_what_is_not_there_does_nothing(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            await stream.drop(letter("unknown").id)
            await stream.write(letter())
            for _ in range(2):
                await stream.drop(letter().id)
            await stream.write(letter("other"))
            await stream.drop(letter("unknown").id)
            assert await open_ids(stream) == [letter("other").id]

    async def test_one_letter_is_found_by_its_id(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            for position in ("1", "2", "3"):
                await stream.write(letter(position))
            found = await stream.find(letter("2").id)
            assert found is not None
            assert found.position == "2"

    async def test_a_reader_may_stop_early_and_read_again(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            for position in ("1", "2", "3"):
                await stream.write(letter(position))
            for _ in range(3):
                async with aclosing(stream.letters()) as letters:
                    assert (await anext(letters)).id == letter("1").id

    async def test_letters_can_be_dropped_while_they_are_read(self, open_stream: Open) -> None:
        async with open_stream() as stream:
            await stream.claim()
            for position in ("1", "2", "3"):
                await stream.write(letter(position))
            async with aclosing(stream.letters()) as letters:
                async for found in letters:
                    await stream.drop(found.id)
            assert await open_ids(stream) == []
