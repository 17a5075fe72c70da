"""Takes what is sensitive out of a history, so that it can be kept in a repo and still replays."""

from processctl.replay.blanking.history import Blanked, Blanking
from processctl.replay.blanking.marks import sensitive_fields

__all__ = ["Blanked", "Blanking", "sensitive_fields"]
