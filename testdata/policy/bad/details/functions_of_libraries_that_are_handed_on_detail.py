"""Functions of libraries that are handed on."""

# replay: not-run because it is about how lines are judged, and starts nothing

import functools
import os
import subprocess

import requests
from temporalio import workflow


def twice(function, value):
    return function(value), function(value)


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> object:
        functools.partial(subprocess.run, ["ls"])()  # want: DET008
        list(map(os.remove, ["a"]))  # want: DET006
        sorted(["a"], key=hash)  # want: DET014
        return twice(requests.get, "https://example.com")  # want: DET007
