"""How letters are shown: without sensitive fields, and without letting a message write to the terminal."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf import json_format
from rich.table import Table

from process_runtime.dead_letters import DeadLetter
from process_runtime.ingress.dead_letters import message_of
from process_runtime.ingress.decode import Decoded, decode
from process_runtime.ingress.events import Rejection
from process_runtime.ingress.router import Router

HIDDEN: Final = "(hidden)"


def summary(letter: DeadLetter) -> dict[str, Any]:
    """Return what the list says of a letter: nothing of the message itself."""
    return {
        "id": letter.id,
        "time": letter.time.isoformat().replace("+00:00", "Z"),
        "process": letter.process,
        "subscription": letter.subscription,
        "adapter": letter.adapter,
        "position": letter.position,
        "reason": letter.reason,
        "detail": letter.detail,
        "bytes": len(letter.data),
    }


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return summaries for a terminal."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("id", no_wrap=True)
    for name in ("time", "process", "subscription", "position", "reason", "detail"):
        shown.add_column(name, overflow="fold")
    for row in rows:
        moment = str(row["time"]).partition(".")[0].removesuffix("Z") + "Z"
        rest = [plain(str(row[name])) for name in ("process", "subscription", "position", "reason", "detail")]
        shown.add_row(plain(row["id"]), moment, *rest)
    return shown


def plain(text: str) -> str:
    """Return `text` with what a terminal would obey written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A letter as far as it may be seen."""

    letter: DeadLetter
    headers: Mapping[str, str]
    key: str | None
    workflow_id: str = ""
    event_type: str = ""
    payload: Any = None
    """The event as JSON; None where it cannot be decoded, or may not be seen."""
    data: str | None = None
    """The original bytes, where they may be seen."""
    note: str = ""
    """What is not shown, and why."""

    @classmethod
    def of(cls, letter: DeadLetter, routers: Sequence[Router[Any]], *, reveal: bool, trouble: str) -> Shown:
        """Return what may be seen of `letter`.

        Args:
            letter: Which.
            routers: Of the processes whose it may be.
            reveal: Show everything.
            trouble: Why there are no routers, if there are none.
        """
        key = None if letter.key is None else _text(letter.key)
        data = base64.b64encode(letter.data).decode() if reveal else None
        try:
            if not routers:
                raise _NotShownError(f"it is not decoded: {trouble}, or name generated code by --package")
            event = _Event.of(letter, routers)
        except _NotShownError as error:
            if reveal:
                return cls(letter=letter, headers=letter.headers, key=key, data=data, note=str(error))
            # Nobody can say where in it a sensitive value stands.
            hides = not routers or any(router.sensitive_fields != () for router in routers)
            return cls(
                letter=letter,
                headers=dict.fromkeys(letter.headers, HIDDEN) if hides else letter.headers,
                key=HIDDEN if hides and key is not None else key,
                note=f"{error}; --reveal shows it as it came",
            )
        if reveal:
            secrets: tuple[str, ...] = ()
            payload, workflow_id, note = event.tree, event.workflow_id, ""
        elif event.sensitive is None:
            secrets = ("",)
            payload, workflow_id = None, HIDDEN
            note = "the generated code does not say what is sensitive: generate again, or add --reveal"
        else:
            secrets = tuple(_hide(event.tree, event.sensitive))
            payload, note = event.tree, f"hidden fields: {', '.join(event.sensitive)}" if secrets else ""
            workflow_id = HIDDEN if event.hides_key else _without(event.workflow_id, secrets)
        return cls(
            letter=letter,
            headers={name: _without(value, secrets) for name, value in letter.headers.items()},
            key=None if key is None else HIDDEN if event.hides_key and not reveal else _without(key, secrets),
            workflow_id=workflow_id,
            event_type=event.type,
            payload=payload,
            data=data,
            note=note,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        found = {
            **summary(self.letter),
            "content_type": self.letter.content_type,
            "headers": dict(self.headers),
            "key": self.key,
            "event_type": self.event_type,
            "workflow_id": self.workflow_id,
            "payload": self.payload,
            "data": self.data,
            "note": self.note,
        }
        return {name: value for name, value in found.items() if value not in (None, "")}

    def as_text(self) -> str:
        """Return it for people."""
        letter = self.letter
        rows = {
            "id": letter.id,
            "time": letter.time.isoformat().replace("+00:00", "Z"),
            "reason": f"{letter.reason}: {letter.detail}",
            "process": letter.process,
            "subscription": letter.subscription,
            "position": f"{letter.position} ({letter.adapter})",
            "key": self.key or "",
            "event type": self.event_type,
            "workflow ID": self.workflow_id,
            "content type": letter.content_type,
            "size": f"{len(letter.data)} bytes",
            "note": self.note,
        }
        lines = [f"{name:<13} {plain(value)}" for name, value in rows.items() if value]
        if self.headers:
            lines.append("headers")
            lines += [f"  {plain(name)}: {plain(value)}" for name, value in self.headers.items()]
        if self.payload is not None:
            lines.append("event")
            # JSON escapes control characters itself.
            lines += [f"  {line}" for line in json.dumps(self.payload, indent=2).splitlines()]
        elif self.data is not None:
            lines += ["data", f"  {plain(_text(letter.data))}"]
        return "\n".join(lines)


class _NotShownError(Exception):
    """The message cannot be shown as an event. The text holds no value of it."""


@dataclass(slots=True, kw_only=True)
class _Event:
    tree: dict[str, Any]
    type: str
    workflow_id: str
    sensitive: tuple[str, ...] | None
    hides_key: bool = field(default=False)

    @classmethod
    def of(cls, letter: DeadLetter, routers: Sequence[Router[Any]]) -> _Event:
        try:
            decoded = decode(message_of(letter), routers)
            tree = json_format.MessageToDict(decoded.envelope, preserving_proto_field_name=True)
        except Rejection as rejection:
            raise _NotShownError(f"it cannot be decoded: {rejection.detail}") from None
        except Exception as error:  # noqa: BLE001  (whatever made it a dead letter may come again here)
            raise _NotShownError(f"it cannot be decoded ({type(error).__name__})") from None
        router = decoded.router
        return cls(
            tree=tree,
            type=_type(decoded),
            workflow_id=_workflow_id(decoded),
            sensitive=router.sensitive_fields,
            hides_key=any(key.sensitive for key in router.contract.key_fields),
        )


def _type(decoded: Decoded) -> str:
    route = decoded.router.route_of(decoded.envelope)
    return "" if route is None else route.event_type


def _workflow_id(decoded: Decoded) -> str:
    try:
        return decoded.router.workflow_id(decoded.envelope)
    except ValueError:
        return ""


def _hide(tree: dict[str, Any], paths: Sequence[str]) -> Iterator[str]:
    """Replace what is sensitive, and yield the texts that stood there."""
    for path in paths:
        *parents, name = path.split(".")
        held: Any = tree
        for parent in parents:
            held = held.get(parent) if isinstance(held, dict) else None
        if isinstance(held, dict) and name in held:
            yield from _texts(held[name])
            held[name] = HIDDEN


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for below in value.values():
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)
    elif value != "":
        yield str(value)


def _without(text: str, secrets: Sequence[str]) -> str:
    return HIDDEN if any(secret in text for secret in secrets) else text


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(data).decode()}"
