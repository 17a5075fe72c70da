"""Names of paths are computed, and no file is touched."""

# replay: holds
# sandbox: stops

import os.path
import posixpath
from datetime import timedelta
from os.path import basename, splitext
from pathlib import Path, PurePath, PurePosixPath

from temporalio import workflow


@workflow.defn
class PurePaths:
    @workflow.run
    async def run(self) -> None:
        name = os.path.join("in", "orders.csv")
        stem, extension = splitext(basename(name))
        target = PurePosixPath("out") / stem
        archive = Path("archive") / target.with_suffix(".gz").name
        same = PurePath(name).parts == ("in", "orders.csv")
        text = f"{target}-{archive.parent}-{archive.suffix}-{extension}-{same}-{posixpath.normpath('a//b')}"
        await workflow.execute_activity("use", activity_id=text, start_to_close_timeout=timedelta(seconds=10))
