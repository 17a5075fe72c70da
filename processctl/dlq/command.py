"""`processctl dlq list`, `show` and `drop`, and what `resend` has in common with them."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import typer
from rich.console import Console

from process_runtime.config import DeadLetterSettings
from process_runtime.dead_letters import (
    DeadLetter,
    DeadLetterError,
    DeadLetterStream,
    LetterFilter,
    bind_dead_letters,
)
from process_runtime.ingress.events import Reason
from process_runtime.ingress.router import Router
from processctl.counts import count
from processctl.dlq.shown import Shown, summary, table
from processctl.errors import ProjectError
from processctl.generated import import_routers, read_routers
from processctl.moments import moment
from processctl.repo import DEAD_LETTERS, TEMPLATE_NAME, Repo

T = TypeVar("T")

_WIDE: Final = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where the letters are, and whose they are."""

    directory: Path
    file: Path | None
    binding: Path | None
    packages: tuple[str, ...] = ()

    def stream(self, *, writable: bool) -> DeadLetterStream:
        """Return the stream, not entered yet.

        Raises:
            ProjectError: None is named, or it cannot be used.
        """
        file, binding = self.file, self.binding
        if file is None and binding is None:
            settings = DeadLetterSettings()
            file, binding = settings.dead_letter_file, settings.dead_letter_binding_file
        if file is None and binding is None:
            file = self._of_dev()
        stream, problems = bind_dead_letters(file, binding, writable=writable)
        if problems:
            raise ProjectError("\n".join(problems))
        if stream is None:
            raise ProjectError(
                "DEAD_LETTER_FILE, DEAD_LETTER_BINDING_FILE: neither is set: name the stream of the ingress, "
                "or give --file or --binding"
            )
        return stream

    def routers(self) -> tuple[Router[Any], ...]:
        """Return the routers of the processes.

        Raises:
            ProjectError: They cannot be imported.
        """
        return import_routers(self.packages) if self.packages else read_routers(Repo.find(self.directory))

    def _of_dev(self) -> Path | None:
        """The file that `processctl dev` writes to, if there is one."""
        for folder in (self.directory.resolve(), *self.directory.resolve().parents):
            if (folder / TEMPLATE_NAME).is_file():
                return folder / DEAD_LETTERS if (folder / DEAD_LETTERS).is_file() else None
        return None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters to do something with."""

    ids: tuple[str, ...]
    """Those, or if there are none what `letters` takes."""
    letters: LetterFilter
    limit: int | None

    async def of(self, stream: DeadLetterStream) -> AsyncGenerator[DeadLetter, None]:
        """Yield them.

        Raises:
            ProjectError: One of the IDs is of no open letter.
        """
        for letter_id in self.ids:
            letter = await stream.find(letter_id)
            if letter is None:
                raise unknown(letter_id)
            yield letter
        if not self.ids:
            async with aclosing(self.letters.select(stream, self.limit)) as letters:
                async for letter in letters:
                    yield letter

    async def count(self, stream: DeadLetterStream) -> int:
        """Return how many they are."""
        number = 0
        async with stream, aclosing(self.of(stream)) as letters:
            async for _ in letters:
                number += 1
        return number


def wanted(
    reason: str | None, process: str | None, subscription: str | None, since: str | None
) -> LetterFilter:
    """Return the filter that these options describe.

    Raises:
        typer.BadParameter: One of them makes no sense.
    """
    if reason is not None and reason not in list(Reason):
        raise typer.BadParameter(f"--reason: there is no {reason!r}; there are {', '.join(Reason)}")
    return LetterFilter(
        reason=reason,
        process=process,
        subscription=subscription,
        since=None if since is None else moment(since),
    )


def choice(
    letter_ids: Sequence[str] | None,
    everything: bool,
    filters: tuple[str | None, str | None, str | None, str | None],
    limit: int | None,
) -> Choice:
    """Return which letters are meant.

    Raises:
        typer.BadParameter: That is not clear.
    """
    filtered = limit is not None or any(value is not None for value in filters)
    if letter_ids and (everything or filtered):
        raise typer.BadParameter("name letters by their IDs, or by --all and filters, not both")
    if not letter_ids and not everything:
        raise typer.BadParameter("say which letters: their IDs, or --all, with filters if not quite all")
    return Choice(tuple(dict.fromkeys(letter_ids or ())), wanted(*filters), limit)


def list_letters(place: Place, letters: LetterFilter, *, limit: int | None, json_format: bool) -> None:
    """Print the open letters that `letters` takes.

    Raises:
        ProjectError: They cannot be read.
    """
    rows = run(_summaries(place.stream(writable=False), letters, limit))
    if json_format:
        console().out(json.dumps({"letters": rows}, indent=2))
    elif rows:
        console().print(table(rows))
    else:
        console().print("no dead letters")


def show(place: Place, letter_id: str, *, reveal: bool, json_format: bool) -> None:
    """Print one letter.

    Raises:
        ProjectError: There is no such letter, or it cannot be read.
    """
    stream = place.stream(writable=False)

    async def find() -> DeadLetter | None:
        async with stream:
            return await stream.find(letter_id)

    letter = run(find())
    if letter is None:
        raise unknown(letter_id)
    try:
        routers, trouble = place.routers(), ""
    except ProjectError as error:
        if place.packages:
            raise
        routers, trouble = (), str(error)
    shown = Shown.of(letter, routers, reveal=reveal, trouble=trouble)
    console().out(json.dumps(shown.as_dict(), indent=2) if json_format else shown.as_text(), highlight=False)


def drop(place: Place, chosen: Choice, *, yes: bool, json_format: bool) -> None:
    """Close letters without sending them.

    Raises:
        ProjectError: One of them is not open, or cannot be closed.
    """
    number = run(chosen.count(place.stream(writable=True)))
    confirm(f"Close {letters_in_words(number)} for good, without sending?", number, yes=yes)
    stream = place.stream(writable=True)
    dropped = []

    async def work() -> None:
        async with stream, aclosing(chosen.of(stream)) as letters:
            # No more than were confirmed, though others may have come.
            for _ in range(number):
                letter = await anext(letters, None)
                if letter is None:
                    return
                await stream.drop(letter.id)
                dropped.append(letter.id)
                if not json_format:
                    console().out(f"{letter.id} dropped")

    run(work())
    if json_format:
        console().out(json.dumps({"dropped": dropped}, indent=2))


def confirm(question: str, number: int, *, yes: bool) -> None:
    """Ask, unless there is nothing to ask about.

    Raises:
        ProjectError: Nobody can be asked.
        typer.Abort: The answer is no.
    """
    if yes or number == 0:
        return
    if not sys.stdin.isatty():
        raise ProjectError(
            f"{letters_in_words(number)}, nothing done: nobody can be asked here; add --yes to go on"
        )
    typer.confirm(question, abort=True, err=True)


def letters_in_words(number: int) -> str:
    """Return e.g. ``3 dead letters``."""
    return count(number, "dead letter")


def unknown(letter_id: str) -> ProjectError:
    """Return the error of an ID that is of no open letter."""
    return ProjectError(f"{letter_id}: no such dead letter is open; `processctl dlq list` says which are")


def console() -> Console:
    """Return where to print: as wide as it takes where nobody looks."""
    return Console(
        width=None if sys.stdout.isatty() else _WIDE, soft_wrap=True, highlight=False, markup=False
    )


def run(work: Awaitable[T]) -> T:
    """Return what `work` does, in an event loop.

    Raises:
        ProjectError: The stream does not do what is asked.
    """
    said_aloud()

    async def main() -> T:
        return await work

    try:
        return asyncio.run(main())
    except DeadLetterError as error:
        raise ProjectError(str(error)) from error


def said_aloud() -> None:
    """Have warnings, such as of what in a stream is no letter, go to standard error."""
    handler = logging.StreamHandler()
    # What the stages of an ingress log of an event is printed as what became of its letter.
    handler.addFilter(lambda record: not record.name.startswith("process_runtime.ingress"))
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])


async def _summaries(
    stream: DeadLetterStream, letters: LetterFilter, limit: int | None
) -> list[dict[str, Any]]:
    async with stream, aclosing(letters.select(stream, limit)) as found:
        return [summary(letter) async for letter in found]
