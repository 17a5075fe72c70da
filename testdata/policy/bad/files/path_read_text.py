"""Settings are read by pathlib."""

# replay: breaks
# sandbox: stops

import json
from datetime import timedelta
from pathlib import Path

from temporalio import workflow


def load_settings(path: Path) -> dict:
    return json.loads(path.read_text())  # want: DET006


@workflow.defn
class SettingsFromFile:
    @workflow.run
    async def run(self) -> None:
        settings = load_settings(Path("settings.json"))
        for step in settings["steps"]:
            await workflow.execute_activity(step, start_to_close_timeout=timedelta(seconds=10))
        await workflow.execute_activity(settings["mode"], start_to_close_timeout=timedelta(seconds=10))
