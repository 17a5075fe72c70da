"""Imports that are not used."""

# replay: not-run because it is about how lines are judged, and starts nothing

import os
import random
import subprocess
import threading
import time
import uuid
from datetime import datetime

from temporalio import workflow


@workflow.defn
class Flow:
    @workflow.run
    async def run(self) -> None: ...
