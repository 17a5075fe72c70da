"""The corpus's labels are proved: run on a real server, in and out of the sandbox, and replayed elsewhere.

What breaks a replay is wanted under a rule of determinism; what never does is one of practice, or good code.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from benchmarks.policy.corpus import DETAILS, Snippet, snippets
from process_policy import RULES
from tests.policy.proof.rig import Proof, prove

SNIPPETS = snippets()
RUN = [snippet for snippet in SNIPPETS if snippet.replay != "not-run"]


def contradictions(snippet: Snippet, proof: Proof) -> list[str]:
    """Where a snippet's labels say otherwise than its proof."""
    labels = {"replay": (snippet.replay, proof.replay), "sandbox": (snippet.sandbox, proof.sandbox)}
    return [
        f"{snippet.name}: {name} is labelled {labelled}, proved {proved}: {proof.why}"
        for name, (labelled, proved) in labels.items()
        if labelled != proved
    ]


def families(snippet: Snippet) -> set[str]:
    """Families of the rules that are wanted."""
    required = [mark for mark in snippet.marks if mark.required] or snippet.marks
    return {rule[:3] for mark in required for rule in mark.rules}


def is_filed_right(snippet: Snippet) -> bool:
    """Whether the wanted rules are of the family that the proof speaks of."""
    match snippet.replay:
        case "breaks":
            return "DET" in families(snippet)
        case "holds":
            return families(snippet) <= {"PRA"}
        case _:
            return snippet.bad


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.requirement("R092")
async def test_every_label_is_what_happens(temporal_env: WorkflowEnvironment, tmp_path: Path) -> None:
    proofs = await prove(RUN, temporal_env.client.service_client.config.target_host, tmp_path)
    assert [text for snippet in RUN for text in contradictions(snippet, proofs[snippet.name])] == []


def test_what_breaks_a_replay_is_determinism_and_what_never_does_is_practice() -> None:
    assert [snippet.name for snippet in RUN if not is_filed_right(snippet)] == []


def test_every_rule_of_determinism_was_seen_to_break_a_replay_or_to_stop_a_workflow() -> None:
    seen = {
        rule
        for snippet in RUN
        if snippet.replay in ("breaks", "stuck")
        for mark in snippet.marks
        if mark.required
        for rule in mark.rules
    }
    # A client in workflow code would wake the event loop from another thread, and may end the process.
    assert {rule for rule in RULES if rule.startswith("DET")} - seen == {"DET012"}


def test_only_few_snippets_are_not_run_and_each_says_why() -> None:
    real = [snippet for snippet in SNIPPETS if snippet.category != DETAILS]
    reasons = [snippet.reason for snippet in real if snippet.replay == "not-run"]
    assert all(reason.startswith("because ") for reason in reasons)
    assert len(reasons) < len(real) / 10


@pytest.mark.parametrize(
    "wrong", [{"replay": "holds"}, {"replay": "stuck"}, {"replay": "refused"}, {"sandbox": "passes"}]
)
def test_a_label_can_be_wrong(wrong: dict[str, str]) -> None:
    snippet = next(found for found in RUN if found.replay == "breaks" and found.sandbox == "stops")
    proof = Proof("breaks", "stops", "another activity")
    assert contradictions(snippet, proof) == []
    (text,) = contradictions(snippet, replace(proof, **wrong))
    assert "is labelled" in text
