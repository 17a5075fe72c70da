"""A dead letter, and how it is written: as a line of JSON, or as headers beside the original bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

__all__ = ["HEADER_PREFIX", "DeadLetter", "LetterFormatError"]

HEADER_PREFIX: Final = "dl-"
_ORIGINAL: Final = f"{HEADER_PREFIX}original-"


class LetterFormatError(ValueError):
    """This is no dead letter. The message holds nothing of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that can never succeed, whole: enough to understand it and to send it again."""

    id: str
    """32 hexadecimal digits; equal when the same bytes at the same position are given up again, after a crash
    for instance."""
    time: datetime
    """When it was given up, in UTC."""
    process: str
    """Empty when nobody could tell whose it is."""
    subscription: str
    adapter: str
    position: str
    reason: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str
    key: bytes | None = None
    """The broker's message key; None where there is none."""
    data: bytes

    def to_json(self) -> str:
        """Return the letter as one line of JSON; ``data`` and ``key`` are base64."""
        return json.dumps(
            {
                "id": self.id,
                "time": _time_text(self.time),
                "process": self.process,
                "subscription": self.subscription,
                "adapter": self.adapter,
                "position": self.position,
                "reason": self.reason,
                "detail": self.detail,
                "headers": dict(self.headers),
                "content_type": self.content_type,
                **({} if self.key is None else {"key": base64.b64encode(self.key).decode()}),
                "data": base64.b64encode(self.data).decode(),
            }
        )

    @classmethod
    def from_json(cls, tree: object) -> Self:
        """Return the letter that `to_json` wrote.

        Args:
            tree: The parsed JSON. Fields that are not known are skipped.

        Raises:
            LetterFormatError: It is none.
        """
        try:
            if not isinstance(tree, dict) or not tree["id"]:
                raise LetterFormatError("no JSON object with an ID")
            key = tree.get("key")
            return cls(
                id=str(tree["id"]),
                time=datetime.fromisoformat(tree["time"]),
                process=str(tree["process"]),
                subscription=str(tree["subscription"]),
                adapter=str(tree["adapter"]),
                position=str(tree["position"]),
                reason=str(tree["reason"]),
                detail=str(tree["detail"]),
                headers={str(name): str(value) for name, value in tree["headers"].items()},
                content_type=str(tree["content_type"]),
                key=None if key is None else base64.b64decode(key, validate=True),
                data=base64.b64decode(tree["data"], validate=True),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, LetterFormatError):
                raise
            raise LetterFormatError(f"a field is missing or malformed ({type(error).__name__})") from None

    def to_headers(self) -> dict[str, str]:
        """Return all but `data` as headers: ``dl-*`` beside the original ones.

        An original header whose own name begins with ``dl-``, as in a letter that was taken from a stream of
        dead letters, gets the prefix ``dl-original-``.
        """
        own = {
            "id": self.id,
            "time": _time_text(self.time),
            "process": self.process,
            "subscription": self.subscription,
            "adapter": self.adapter,
            "position": self.position,
            "reason": self.reason,
            "detail": self.detail,
            "content-type": self.content_type,
        }
        if self.key is not None:
            own["key"] = base64.b64encode(self.key).decode()
        return {
            (f"{_ORIGINAL}{name}" if name.startswith(HEADER_PREFIX) else name): value
            for name, value in self.headers.items()
        } | {f"{HEADER_PREFIX}{name}": value for name, value in own.items()}

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], data: bytes) -> Self:
        """Return the letter whose headers `to_headers` wrote.

        Raises:
            LetterFormatError: They are none.
        """
        try:
            key = headers.get(f"{HEADER_PREFIX}key")
            return cls(
                id=headers[f"{HEADER_PREFIX}id"],
                time=datetime.fromisoformat(headers[f"{HEADER_PREFIX}time"]),
                process=headers[f"{HEADER_PREFIX}process"],
                subscription=headers[f"{HEADER_PREFIX}subscription"],
                adapter=headers[f"{HEADER_PREFIX}adapter"],
                position=headers[f"{HEADER_PREFIX}position"],
                reason=headers[f"{HEADER_PREFIX}reason"],
                detail=headers[f"{HEADER_PREFIX}detail"],
                headers={
                    name.removeprefix(_ORIGINAL): value
                    for name, value in headers.items()
                    if name.startswith(_ORIGINAL) or not name.startswith(HEADER_PREFIX)
                },
                content_type=headers[f"{HEADER_PREFIX}content-type"],
                key=None if key is None else base64.b64decode(key, validate=True),
                data=data,
            )
        except (KeyError, ValueError) as error:
            raise LetterFormatError(f"a header is missing or malformed ({type(error).__name__})") from None


def _time_text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
