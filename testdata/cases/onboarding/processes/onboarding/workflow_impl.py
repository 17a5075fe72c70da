"""Waits until a person is hired."""

from hiring.v1.onboarding_process_pb2 import PersonHired, PersonKey, PersonStartV1, PersonStartV2
from onboarding.workflow import OnboardingProcess
from process_runtime.workflow import EventMeta


class Onboarding(OnboardingProcess):
    """One person."""

    def __init__(self) -> None:
        super().__init__()
        self.hired = False

    async def run(self, start: PersonStartV2) -> None:
        """Welcome the person by their number."""
        await self.until(lambda: self.hired)
        self.phase = f"welcome, {start.key.person_number}"

    async def on_person_hired(self, fact: PersonHired, meta: EventMeta) -> None:
        """Hired."""
        self.hired = True

    def upgrade_start_v1(self, start: PersonStartV1) -> PersonStartV2:
        """The person's number has moved into the key."""
        return PersonStartV2(key=PersonKey(person_number=start.person_number))
