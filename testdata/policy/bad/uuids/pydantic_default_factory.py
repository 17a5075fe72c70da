"""A model of pydantic is filled with a random UUID."""

# replay: breaks
# sandbox: stops

from datetime import timedelta
from uuid import UUID, uuid4

from pydantic import BaseModel, Field
from temporalio import workflow


class Reservation(BaseModel):
    id: UUID = Field(default_factory=uuid4)  # want: DET004
    seats: int = 1


@workflow.defn
class Reserve:
    @workflow.run
    async def run(self) -> None:
        reservation = Reservation(seats=2)
        await workflow.execute_activity(
            "reserve", activity_id=str(reservation.id), start_to_close_timeout=timedelta(seconds=10)
        )
