"""An engine of the module and a session of it."""

# replay: not-run because sqlalchemy is not installed

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from temporalio import workflow

ENGINE = create_engine("sqlite://")  # want: DET007


@workflow.defn
class FromSession:
    @workflow.run
    async def run(self) -> list[str]:
        with Session(ENGINE) as session:  # want: DET007
            return [row[0] for row in session.execute(text("select name from orders"))]  # want: DET007?
