"""The SRE example as a repo of somebody's: the triage of an incident, shown by its own tests."""

from __future__ import annotations

import pytest

from tests.e2e.folders import Folder, copied_example

pytestmark = pytest.mark.xdist_group("sre")

BEHAVIOR = "processes.incident_triage.tests.test_behavior"
PROGRAMS = (
    "tests.test_programs::test_an_incident_goes_from_its_creation_to_its_closure_through_worker_and_ingress"
)


@pytest.fixture(scope="module")
def sre(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A copy of the example."""
    return copied_example("sre", tmp_path_factory.mktemp("sre") / "sre")


@pytest.fixture(scope="module")
def outcomes(sre: Folder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Whether each of its own tests passes, in a fresh process, by module and name without parameters."""
    return sre.outcomes(tmp_path_factory.mktemp("report") / "report.xml")


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(
            [
                f"{BEHAVIOR}::test_an_incident_goes_through_all_phases_to_its_resolution",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R140"),
            id="workflow ID",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_an_incident_goes_through_all_phases_to_its_resolution",
                f"{BEHAVIOR}::test_where_nothing_is_known_to_help_people_take_over",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R149", "R150", "R269", "R279"),
            id="phases",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_a_triage_ends_itself_within_twelve_hours",
                f"{BEHAVIOR}::test_what_is_not_verified_when_the_time_is_over_is_reverted",
            ],
            marks=pytest.mark.requirement("R148"),
            id="time",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_patterns_are_looked_for_in_the_projections_before_anything_else",
                f"{BEHAVIOR}::test_an_unknown_pattern_is_diagnosed",
                f"{BEHAVIOR}::test_what_an_incident_taught_is_followed_in_the_next_that_looks_alike",
                f"{BEHAVIOR}::test_a_pattern_without_a_runbook_is_diagnosed_with_a_hint",
            ],
            marks=pytest.mark.requirement("R270", "R271"),
            id="lookup",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_no_activity_takes_longer_than_five_minutes",
                f"{BEHAVIOR}::test_a_step_is_tried_five_times_and_then_people_take_over",
            ],
            marks=pytest.mark.requirement("R147", "R272"),
            id="activities",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_nothing_is_committed_before_a_person_approves",
                f"{BEHAVIOR}::test_a_rejected_proposal_is_followed_by_another_that_knows_why",
                f"{BEHAVIOR}::test_a_commit_that_is_not_synced_in_time_is_reverted",
            ],
            marks=pytest.mark.requirement("R273"),
            id="remediation",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_nothing_is_committed_before_a_person_approves",
                f"{BEHAVIOR}::test_a_decision_at_the_wrong_time_changes_nothing",
                f"{BEHAVIOR}::test_of_two_decisions_the_first_counts",
                f"{BEHAVIOR}::test_anybody_may_escalate_in_any_phase",
                f"{BEHAVIOR}::test_cancelling_the_triage_reverts_what_is_not_verified",
            ],
            marks=pytest.mark.requirement("R274"),
            id="gate",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_sync_and_health_are_asked_for_until_they_are_there",
                f"{BEHAVIOR}::test_a_remediation_that_does_not_help_is_reverted_and_another_one_helps",
            ],
            marks=pytest.mark.requirement("R275"),
            id="verification",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_a_remediation_that_does_not_help_is_reverted_and_another_one_helps",
                f"{BEHAVIOR}::test_a_commit_whose_answer_is_lost_is_reverted",
                f"{BEHAVIOR}::test_what_cannot_be_reverted_is_named_and_people_take_over",
                f"{BEHAVIOR}::test_what_an_earlier_run_committed_is_verified_or_reverted_by_a_later_one",
            ],
            marks=pytest.mark.requirement("R163", "R165"),
            id="rollback",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_a_rejected_proposal_is_followed_by_another_that_knows_why",
                f"{BEHAVIOR}::test_anybody_may_escalate_in_any_phase",
                f"{BEHAVIOR}::test_who_is_asked_changes_when_nobody_decides",
                f"{BEHAVIOR}::test_cancelling_the_triage_reverts_what_is_not_verified",
                f"{BEHAVIOR}::test_a_step_is_tried_five_times_and_then_people_take_over",
            ],
            marks=pytest.mark.requirement("R268"),
            id="transitions",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_what_an_incident_taught_is_followed_in_the_next_that_looks_alike",
                f"{BEHAVIOR}::test_an_incident_that_is_closed_meanwhile_is_not_closed_again",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R267", "R281"),
            id="documentation",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_facts_name_the_incident_and_the_process_and_are_partitioned_by_them",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R155", "R156", "R158"),
            id="facts",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_an_incident_told_again_is_triaged_once",
                f"{BEHAVIOR}::test_a_fact_of_a_version_seen_before_changes_nothing",
            ],
            marks=pytest.mark.requirement("R141"),
            id="versions",
        ),
        pytest.param(
            [
                f"{BEHAVIOR}::test_cancelling_the_process_reverts_what_is_not_verified",
                f"{BEHAVIOR}::test_cancelling_while_it_is_reverted_lets_it_be_reverted",
            ],
            marks=pytest.mark.requirement("R166"),
            id="cancellation",
        ),
        pytest.param(
            [
                "build.generated.process.incident_triage.tests.test_replay::test_histories_that_are_kept_replay",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R169"),
            id="tests",
        ),
    ],
)
def test_its_own_tests_show(outcomes: dict[str, bool], tests: list[str]) -> None:
    assert [test for test in tests if not outcomes.get(test, False)] == []
