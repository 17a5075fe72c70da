"""What the SDK knows of a workflow class."""

from __future__ import annotations

from typing import Any

from temporalio import workflow

__all__ = ["definition_of"]


def definition_of(kind: type[Any]) -> workflow._Definition:
    """Return name, signals, queries and updates of a workflow class.

    Private to the SDK, which has no public way to ask what a workflow class is called and answers to.
    """
    return workflow._Definition.must_from_class(kind)
