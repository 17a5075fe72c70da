"""Where messages go that can never succeed: streams of dead letters.

Kinds of streams are found by entry points of the group ``process_runtime.dead_letter_streams``. This package
knows nothing of the ingress; `process_runtime.ingress.dead_letters` turns messages into letters and back.
"""

from process_runtime.dead_letters.binding import ENTRY_POINT_GROUP, bind_dead_letters
from process_runtime.dead_letters.letter import DeadLetter, LetterFormatError
from process_runtime.dead_letters.stream import (
    DeadLetterError,
    DeadLetterOptions,
    DeadLetters,
    DeadLetterStream,
    LetterFilter,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "DeadLetter",
    "DeadLetterError",
    "DeadLetterOptions",
    "DeadLetterStream",
    "DeadLetters",
    "LetterFilter",
    "LetterFormatError",
    "bind_dead_letters",
]
