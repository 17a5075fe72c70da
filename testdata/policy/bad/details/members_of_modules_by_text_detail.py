"""Members of modules by text."""

# replay: not-run because it is about how lines are judged, and starts nothing

import builtins
import datetime
import operator
import os
import random
import sys
import time

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self, name: str) -> object:
        return [
            vars(time)["time"](),  # want: DET001
            time.__dict__["time"](),  # want: DET001
            getattr(time, "ti" + "me")(),  # want: DET001
            getattr(datetime.datetime, "now")(),  # want: DET001
            operator.attrgetter("datetime.now")(datetime)(),  # want: DET001
            operator.methodcaller("time")(time),  # want: DET001
            globals()["time"].time(),  # want: DET001
            vars(os).get("environ"),  # want: DET005
            getattr(random, name)(),  # want: DET015
            vars(time)[name](),  # want: DET015
            sys.modules["time"].time(),  # want: DET001, DET015
            builtins.open("x"),  # want: DET006
            getattr(builtins, "eval")("1"),  # want: DET015
        ]
