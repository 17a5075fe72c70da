"""Temporal workflow IDs: a pure, stable and injective function of a business key.

Standard library only; the plugin imports it as well, to pin sample IDs in generated tests. Changing what it
returns strands every running execution under its old ID.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

MAX_LENGTH: Final = 1000
"""Longest workflow ID in UTF-8 bytes: Temporal's default for the ``limit.maxIDLength`` setting."""

# '%' introduces an escape and '/' separates segments; control characters (Unicode category Cc, which never
# changes) would be invisible in logs and the Temporal UI.
_ALWAYS_ESCAPED: Final = r"%/\x00-\x1f\x7f-\x9f"


class WorkflowIdError(ValueError):
    """A workflow ID cannot be derived from these key values."""


def join_workflow_id(template: Sequence[str], values: Sequence[str | int]) -> str:
    """Return the workflow ID of a key.

    Two different sequences of values never give one ID: in a value, ``%``, ``/``, control characters and
    every punctuation character that separates two values in `template` become percent escapes (RFC 3986,
    UTF-8, upper case). Values without those characters stand as they are.

    Args:
        template: The literal pieces around the values, ``len(values) + 1`` of them, e.g.
            ``("proc/order-fulfillment/", "/", "")``.
        values: The key's values in the order of the template.

    Returns:
        The ID, at most ``MAX_LENGTH`` UTF-8 bytes.

    Raises:
        WorkflowIdError: A value is empty or not valid Unicode, the ID would be too long, or the template does
            not separate its values. Values never appear in the message: a key may be sensitive.
    """
    if len(template) != len(values) + 1:
        raise WorkflowIdError(
            f"a workflow ID template for {len(values)} values has {len(values) + 1} literal pieces, "
            f"not {len(template)}"
        )
    escaped = _escaped_characters(tuple(template[1:-1]))
    pieces = [template[0]]
    for number, (value, literal) in enumerate(zip(values, template[1:], strict=True), start=1):
        pieces += (_escape(str(value), escaped, number), literal)
    workflow_id = "".join(pieces)
    size = len(workflow_id.encode())
    if size > MAX_LENGTH:
        raise WorkflowIdError(f"the workflow ID would have {size} bytes; Temporal takes at most {MAX_LENGTH}")
    return workflow_id


@functools.cache  # there are as many templates as processes
def _escaped_characters(separators: tuple[str, ...]) -> re.Pattern[str]:
    """The characters that end a value: one that no escaped value contains stands in each separator."""
    characters = ""
    for number, separator in enumerate(separators, start=1):
        # An escape consists of '%' and ASCII alphanumerics, so those cannot tell where a value ends.
        marks = [mark for mark in separator if mark != "%" and not (mark.isascii() and mark.isalnum())]
        if not marks:
            raise WorkflowIdError(
                f"nothing separates values {number} and {number + 1} of the workflow ID template: "
                "put '/' between them"
            )
        characters += re.escape("".join(marks))
    return re.compile(f"[{_ALWAYS_ESCAPED}{characters}]")


def _escape(value: str, escaped: re.Pattern[str], number: int) -> str:
    if not value:
        raise WorkflowIdError(f"value {number} of the workflow ID is empty")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise WorkflowIdError(f"value {number} of the workflow ID is not valid Unicode") from None
    return escaped.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), value)
