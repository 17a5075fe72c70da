"""A connection to PostgreSQL."""

# replay: not-run because psycopg2 is not installed

import psycopg2
from temporalio import workflow


@workflow.defn
class FromPostgres:
    @workflow.run
    async def run(self) -> int:
        with psycopg2.connect("dbname=shop") as connection:  # want: DET007
            cursor = connection.cursor()  # want: DET007?
            cursor.execute("select 1")  # want: DET007?
            return cursor.fetchone()[0]  # want: DET007?
