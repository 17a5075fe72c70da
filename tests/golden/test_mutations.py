"""Each generated test goes red for what it guards, and stays green for what others guard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from tests.golden.mutants import Mutant, Mutations

pytestmark = pytest.mark.xdist_group("golden")

BILLING: Final = "subscription_billing"
CLAIMS: Final = "claim_handling"
IMPLEMENTATION: Final = "workflow_impl.py"

RUN: Final = '        """Bill until the customer leaves."""\n'
CLASS: Final = "class SubscriptionBilling(SubscriptionBillingProcess):\n"
BY_A_SET: Final = """\
def known_plans() -> list[str]:
    return list({"monthly", "yearly"})


"""
META: Final = """\
    def meta_of(self, envelope: object) -> EventMeta | None:
        found = super().meta_of(envelope)
        return found and replace(found, idempotency_key={key}, aggregate_version=None)

"""
IMPORTS: Final = "from process_runtime.workflow"


def with_idempotency_keys(key: str) -> dict[str, str]:
    """What has deliveries of one event taken for other events, wherever `key` differs."""
    return {
        CLASS: CLASS + META.format(key=key),
        IMPORTS: f"from dataclasses import replace\n\nfrom temporalio import workflow\n{IMPORTS}",
    }


MUTANTS: Final[Mapping[str, Mutant]] = {
    "by_the_clock": Mutant(
        case=BILLING,
        people={
            IMPLEMENTATION: {
                # No such version is sent: the source alone shows it.
                RUN: f"{RUN}        if start.start_version > 1 and clock() > 0:\n            return\n",
                IMPORTS: f"from time import time as clock\n\n{IMPORTS}",
            }
        },
        goes_red=("determinism_policy",),
        says="SubscriptionBilling.run -> time.time",
    ),
    "ordered_by_a_set": Mutant(
        case=BILLING,
        people={
            IMPLEMENTATION: {
                RUN: f"{RUN}        self.plans = known_plans()\n",
                CLASS: BY_A_SET + CLASS,
            }
        },
        goes_red=("determinism_policy",),
        says="SubscriptionBilling.run -> known_plans",
    ),
    "with_a_client": Mutant(
        case=BILLING,
        people={
            IMPLEMENTATION: {
                IMPORTS: f"from temporalio.client import Client\n{IMPORTS}",
            }
        },
        goes_red=("import_policy",),
        says="temporalio.client",
    ),
    "without_dedupe": Mutant(
        case=BILLING,
        people={IMPLEMENTATION: with_idempotency_keys("str(workflow.uuid4())")},
        goes_red=("idempotency_invariants",),
        says="subscribed delivered twice is not subscribed delivered once",
    ),
    "forgetting_between_runs": Mutant(
        case=BILLING,
        people={IMPLEMENTATION: with_idempotency_keys("workflow.info().run_id + found.idempotency_key")},
        goes_red=("idempotency_invariants",),
        says="subscribed again, after Continue-As-New, is not nothing",
    ),
    "routed_otherwise": Mutant(
        case=BILLING,
        generated={
            "router.py": {
                "event_type=EventType.SUBSCRIBED, delivery=Delivery.SIGNAL_WITH_START": (
                    "event_type=EventType.SUBSCRIBED, delivery=Delivery.SIGNAL"
                )
            }
        },
        goes_red=("routing_contract",),
        says="subscribed is routed as",
    ),
    "handled_otherwise": Mutant(
        case=BILLING,
        generated={
            "workflow.py": {
                "await self.on_charge_failed(": "await self.on_unsubscribe(",
            }
        },
        goes_red=("routing_contract",),
        says="charge_failed reaches on_unsubscribe, not on_charge_failed",
    ),
    "under_other_ids": Mutant(
        case=BILLING,
        contract={'workflow_id: {prefix: "proc"}': 'workflow_id: {prefix: "process"}'},
        goes_red=("workflow_id_contract",),
        says="Executions that run under the old ID would not be found",
    ),
    "started_otherwise": Mutant(
        case=CLAIMS,
        contract={
            "message ClaimHandlingStartV1 {\n  uint32 start_version = 1;\n  string claim_id = 2;\n}\n": ""
        },
        goes_red=("versioning_contract",),
        says="start version 1 is gone",
    ),
    "with_other_commands": Mutant(
        case=BILLING,
        people={IMPLEMENTATION: {"            await self.activities.render_receipt(receipt)\n": ""}},
        goes_red=("replay",),
        says="executions of the past do not go on with this code",
    ),
    "without_pins": Mutant(
        case=CLAIMS,
        pins=False,
        goes_red=("versioning_contract", "workflow_id_contract"),
        says="run `processctl scaffold`, and commit what it writes",
    ),
}


@pytest.fixture(scope="module")
def mutations(tmp_path_factory: pytest.TempPathFactory) -> Mutations:
    return Mutations(tmp_path_factory.mktemp("mutations"), MUTANTS)


@pytest.fixture(scope="module")
def green(mutations: Mutations) -> dict[str, dict[str, bool]]:
    """Of each process, whether each file of its generated tests is."""
    return mutations.run()


def test_the_whole_processes_are_green(mutations: Mutations, green: dict[str, dict[str, bool]]) -> None:
    for case in mutations.whole:
        assert green[case], mutations.report
        assert all(green[case].values()), mutations.report


def test_every_generated_test_is_shown_to_go_red(
    mutations: Mutations, green: dict[str, dict[str, bool]]
) -> None:
    shown = {test for mutant in MUTANTS.values() for test in mutant.goes_red}
    assert shown == set(green[BILLING])


@pytest.mark.requirement("R002", "R003", "R007", "R009", "R066", "R067", "R075", "R093", "R095", "R129")
@pytest.mark.parametrize("name", MUTANTS)
def test_the_guard_of_what_is_broken_goes_red_and_no_other(
    mutations: Mutations, green: dict[str, dict[str, bool]], name: str
) -> None:
    found = green[mutations.package(name)]
    assert {test for test, is_green in found.items() if not is_green} == set(MUTANTS[name].goes_red), (
        mutations.report
    )
    assert MUTANTS[name].says in mutations.report
