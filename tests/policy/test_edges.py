"""Where each rule begins and ends: what is nearly the same is found, or is not."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from process_policy import check_paths
from tests.policy.edges import EDGES

FLOW = """
import asyncio
from datetime import datetime, timedelta, timezone
from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
LIMIT = timedelta(seconds=5)
{before}
@workflow.defn
class Flow:
    @workflow.run
    async def run(self, arg: str) -> object:
{body}
{members}
"""


@pytest.mark.requirement("R003", "R004")
@pytest.mark.parametrize("title", EDGES)
def test_an_edge_is_judged_as_it_should_be(tmp_path: Path, title: str) -> None:
    body, before, members, wanted = (
        textwrap.dedent(part).strip() if isinstance(part, str) else part for part in EDGES[title]
    )
    assert isinstance(body, str)
    assert isinstance(members, str)
    source = FLOW.format(
        before=before, body=textwrap.indent(body, " " * 8), members=textwrap.indent(members, " " * 4)
    )
    (tmp_path / "flow.py").write_text(source)
    assert tuple(sorted({finding.rule for finding in check_paths([tmp_path])})) == wanted
