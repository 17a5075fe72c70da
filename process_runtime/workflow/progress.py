"""Telling the world where a process stands: the built-in fact ``process.ProcessProgressed.v1``."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from process.v1.progress_pb2 import ProcessProgressed
from temporalio import workflow

from process_runtime.contract import PROGRESS_STREAM, OutboundFact
from process_runtime.workflow.facts import FactOutbox

COMPENSATION_FAILED_PHASE: Final = "compensation_failed"
"""The phase in which a process ends that could not undo all it had done."""

PROGRESSED: Final = OutboundFact(
    event_type="process.ProcessProgressed.v1",
    message_name=ProcessProgressed.DESCRIPTOR.full_name,
    stream=PROGRESS_STREAM,
)


class Progress:
    """Emits the progress facts of one execution, in order and without anybody waiting for them."""

    def __init__(self, process: str, outbox: FactOutbox, began: datetime) -> None:
        """Prepare to tell.

        Args:
            process: Name of the process.
            outbox: Takes the facts.
            began: When the first run began.
        """
        self.began = began
        self._process = process
        self._outbox = outbox
        self._outcome = ProcessProgressed.OUTCOME_UNSPECIFIED
        self._uncompensated: list[str] = []

    def moved(self, before: str, phase: str) -> None:
        """Tell that the process entered `phase`."""
        fact = ProcessProgressed(
            process=self._process,
            phase=phase,
            previous_phase=before,
            outcome=self._outcome,
            uncompensated_activities=self._uncompensated,
        )
        fact.started_at.FromDatetime(self.began)
        fact.occurred_at.FromDatetime(workflow.now())
        self._outbox.queue(PROGRESSED, fact)

    def ended(
        self,
        before: str,
        phase: str,
        outcome: ProcessProgressed.Outcome,
        uncompensated: list[str],
    ) -> None:
        """Tell how the process ended; what is told from here on, of late events, says so too."""
        self._outcome, self._uncompensated = outcome, uncompensated
        self.moved(before, phase)

    @property
    def outcome(self) -> ProcessProgressed.Outcome:
        """How the process ended, as far as that was told."""
        return self._outcome
