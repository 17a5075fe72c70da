"""What commands raise for a mistake that a person can mend."""

from __future__ import annotations

EXIT_PROBLEM = 1
"""The repo, a contract or a tool stands in the way; the message says which and how to mend it."""


class ProjectError(Exception):
    """A mistake of the repo or its surroundings: what, where, how to mend. Ends with exit code 1."""
