"""The Sales example as a repo of somebody's: two processes in one worker group, shown by its own tests."""

from __future__ import annotations

import pytest

from tests.e2e.folders import Folder, copied_example

pytestmark = pytest.mark.xdist_group("sales")

APPROVAL = "processes.quote_approval.tests.test_behavior"
PROGRAMS = (
    "tests.test_programs::test_a_quote_goes_from_submission_to_its_order_through_one_worker_and_one_ingress"
)
HANDOFF = "processes.erp_handoff.tests.test_behavior"


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A copy of the example."""
    return copied_example("sales", tmp_path_factory.mktemp("sales") / "sales")


@pytest.fixture(scope="module")
def outcomes(sales: Folder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Whether each of its own tests passes, in a fresh process, by module and name without parameters."""
    return sales.outcomes(tmp_path_factory.mktemp("report") / "report.xml")


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(
            [
                f"{APPROVAL}::test_a_quote_is_approved_in_time",
                f"{HANDOFF}::test_an_accepted_quote_becomes_an_order",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R137", "R138", "R139"),
            id="workflow IDs",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_a_fact_of_a_version_seen_before_changes_nothing",
                f"{APPROVAL}::test_a_submission_delivered_again_asks_once",
                f"{HANDOFF}::test_an_acceptance_delivered_again_creates_one_order",
            ],
            marks=pytest.mark.requirement("R141"),
            id="versions",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_the_approver_is_reminded_four_hours_before_the_end",
                f"{APPROVAL}::test_after_a_day_it_escalates_and_management_approves",
                f"{APPROVAL}::test_what_nobody_decides_expires_a_day_after_it_escalated",
                f"{APPROVAL}::test_a_revised_quote_gets_the_whole_time_again",
            ],
            marks=pytest.mark.requirement("R143", "R144"),
            id="timeout and escalation",
        ),
        pytest.param(
            [
                f"{HANDOFF}::test_an_accepted_quote_becomes_an_order",
                f"{HANDOFF}::test_an_order_that_the_erp_system_rejects_is_undone_last_step_first",
            ],
            marks=pytest.mark.requirement("R145", "R146", "R153"),
            id="hand-over",
        ),
        pytest.param(
            [f"{APPROVAL}::test_an_activity_is_tried_five_times_two_to_thirty_seconds_apart"],
            marks=pytest.mark.requirement("R147"),
            id="attempts",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_facts_name_the_quote_and_the_process_and_are_partitioned_by_them",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R154", "R155", "R156", "R158"),
            id="facts",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_what_waits_for_whom_is_found_by_search_attributes",
                f"{APPROVAL}::test_anybody_may_ask_until_when_whose_decision_is_awaited",
                f"{HANDOFF}::test_a_handover_is_found_by_its_order",
            ],
            marks=pytest.mark.requirement("R161", "R162", "R167"),
            id="what one sees",
        ),
        pytest.param(
            [
                f"{HANDOFF}::test_a_step_that_fails_undoes_those_before_it",
                f"{HANDOFF}::test_an_order_whose_creation_was_not_answered_is_cancelled",
                f"{HANDOFF}::test_an_order_that_nobody_confirms_is_undone_after_three_days",
                f"{HANDOFF}::test_calling_it_off_undoes_what_was_done",
                f"{HANDOFF}::test_what_cannot_be_undone_is_named_and_the_rest_is_undone",
            ],
            marks=pytest.mark.requirement("R163", "R164"),
            id="undoing",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_an_approval_may_be_cancelled_at_any_time",
                f"{APPROVAL}::test_an_escalated_approval_may_be_cancelled",
                f"{HANDOFF}::test_cancelling_the_process_undoes_what_was_done",
                f"{HANDOFF}::test_cancelling_while_it_is_undone_lets_it_be_undone",
            ],
            marks=pytest.mark.requirement("R166"),
            id="cancellation",
        ),
        pytest.param(
            [
                f"{APPROVAL}::test_windows_and_levels_are_those_of_the_policy",
                f"{APPROVAL}::test_without_escalation_it_expires_with_the_approvers_time",
                f"{APPROVAL}::test_a_policy_without_warning_reminds_nobody",
            ],
            marks=pytest.mark.requirement("R168"),
            id="escalation policy",
        ),
        pytest.param(
            [
                "build.generated.process.quote_approval.tests.test_replay::test_histories_that_are_kept_replay",
                "build.generated.process.erp_handoff.tests.test_replay::test_histories_that_are_kept_replay",
                PROGRAMS,
            ],
            marks=pytest.mark.requirement("R169"),
            id="tests",
        ),
    ],
)
def test_its_own_tests_show(outcomes: dict[str, bool], tests: list[str]) -> None:
    assert [test for test in tests if not outcomes.get(test, False)] == []
