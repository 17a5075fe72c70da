"""Changes of workflow code that running executions must not notice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from temporalio import workflow

__all__ = ["Patch", "Patches"]

# Stands in histories and, quoted, in visibility queries.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Patch:
    """One change of workflow code, a constant of the module that uses it.

    ``processctl patches`` lists the patches of a repo, and says which of them may go. It reads source: write
    the arguments as literals.

    Raises:
        ValueError: `id` is not 1 to 100 letters, digits, dots, dashes and underscores.
    """

    id: str
    """What histories know the change by. Never used for another change of the same process."""
    reason: str = field(kw_only=True)
    """What changed and why, for those who will ask whether it can go."""
    since: str = field(default="", kw_only=True)
    """When it was written, e.g. ``2026-11``."""

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"Patch {self.id!r}: write 1 to 100 letters, digits, dots, dashes, underscores")


class Patches:
    """The patches that one run has asked about."""

    def __init__(self) -> None:
        self._known: dict[str, Patch] = {}

    def patched(self, patch: Patch) -> bool:
        """Whether this run takes the new way."""
        self._know(patch)
        return workflow.patched(patch.id)

    def deprecate(self, patch: Patch) -> None:
        """Let histories with and without the patch's marker replay."""
        self._know(patch)
        workflow.deprecate_patch(patch.id)

    def _know(self, patch: Patch) -> None:
        if self._known.setdefault(patch.id, patch) != patch:
            raise ValueError(f"two patches of this process have the ID {patch.id!r}; give each its own")
