"""`processctl dlq resend`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import typer
from google.protobuf.json_format import MessageToDict
from temporalio.client import Client
from temporalio.service import RPCError

from process_runtime.config import IngressSettings
from process_runtime.dead_letters import DeadLetter, DeadLetterError
from process_runtime.ingress.events import EventResult, Outcome
from process_runtime.ingress.resend import Resender
from processctl.dlq.command import Choice, Place, confirm, console, letters_in_words, run
from processctl.dlq.shown import HIDDEN, plain
from processctl.errors import EXIT_PROBLEM, ProjectError
from processctl.temporal import read_settings, with_client


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one letter."""

    letter: DeadLetter
    results: Sequence[EventResult]
    hides_key: bool

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to do."""
        return all(result.outcome not in (Outcome.RETRY, Outcome.REJECTED) for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "id": self.letter.id,
            "settled": self.is_settled,
            "events": [
                {
                    "outcome": result.outcome.value,
                    "event_type": result.event_type,
                    "workflow_id": HIDDEN if self.hides_key else result.workflow_id,
                    **({} if result.reply is None else {"reply": MessageToDict(result.reply)}),
                    **({} if result.rejection is None else {"reason": result.rejection.reason.value}),
                    "detail": result.rejection.detail if result.rejection else result.detail,
                }
                for result in self.results
            ],
        }

    def as_text(self) -> str:
        """Return it for people."""
        said = []
        for event in self.as_dict()["events"]:
            what = event.get("reason", event["outcome"])
            why = f": {event['detail']}" if event["detail"] else ""
            said.append(" ".join(filter(None, [f"{what}{why}", event["event_type"], event["workflow_id"]])))
        return plain(f"{self.letter.id} {'sent' if self.is_settled else 'stays'} ({'; '.join(said)})")


def resend(place: Place, chosen: Choice, *, timeout: float, yes: bool, json_format: bool) -> None:
    """Deliver letters again, and close those that Temporal took.

    Raises:
        ProjectError: It cannot be done, or not be gone on with.
        typer.Exit: Some of them stay.
    """
    settings = read_settings(IngressSettings)
    routers = place.routers()
    number = run(chosen.count(place.stream(writable=True)))
    confirm(f"Send {letters_in_words(number)} again?", number, yes=yes)
    hiding = {r.contract.name for r in routers if any(key.sensitive for key in r.contract.key_fields)}
    stream = place.stream(writable=True)
    done: list[Sent] = []

    async def work(client: Client) -> None:
        resender = Resender(settings, routers, client, timeout=timedelta(seconds=timeout))
        async with stream, aclosing(chosen.of(stream)) as letters:
            # No more than were confirmed, though others may have come.
            for _ in range(number):
                letter = await anext(letters, None)
                if letter is None:
                    return
                results = await resender.send(letter)
                sent = Sent(letter=letter, results=results, hides_key=letter.process in hiding)
                if sent.is_settled:
                    await stream.drop(letter.id)
                done.append(sent)
                if not json_format:
                    console().out(sent.as_text())
                if any(result.outcome is Outcome.RETRY for result in results):
                    await _require(client)

    try:
        with_client(settings, work)
    except DeadLetterError as error:
        raise ProjectError(f"{error}; what was sent last may be open still: it can be sent again") from error
    finally:
        left = sum(not sent.is_settled for sent in done)
        if json_format:
            letters = [sent.as_dict() for sent in done]
            console().out(json.dumps({"letters": letters, "sent": len(done) - left, "stay": left}, indent=2))
        else:
            console().out(f"{len(done) - left} sent, {left} stay, {number - len(done)} not tried")
    if left:
        raise typer.Exit(EXIT_PROBLEM)


async def _require(client: Client) -> None:
    """Go on only while Temporal answers: the others would each be waited for in vain."""
    try:
        if await client.service_client.check_health(timeout=timedelta(seconds=10)):
            return
    except RPCError as error:
        raise ProjectError(f"Temporal does not answer: {error.message}") from error
    raise ProjectError("Temporal is not healthy")
