"""What a rule of the checker is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the checker.

    Attributes:
        id: Stable ID, used in findings and in `# policy: ignore[ID] reason`.
        title: What is found, in a few words.
        why: Why it breaks, or endangers, a replay.
        mend: What to write instead.
        opt_in: Reported only where a project's `select` names the rule in full.
    """

    id: str
    title: str
    why: str
    mend: str
    opt_in: bool = False

    def about(self, what: str) -> str:
        """The message of a finding: what does it, what is wrong with it, and the mend."""
        return f"`{what}` {self.title}; {self.mend}"
