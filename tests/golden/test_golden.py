"""A fixed request gives the committed tree, byte for byte. `make golden` rewrites requests and trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.data import SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension

from tests.golden import cases


class CaseFile(SingleFileSnapshotExtension):
    """A snapshot is a real file of a case, at the path that its name says."""

    @classmethod
    def get_location(cls, *, test_location: Any, index: Any) -> str:
        return str(cases.CASES / index)

    @classmethod
    def matches_test_location(cls, *, test_location: Any, snapshot_location: str) -> bool:
        return Path(snapshot_location).is_relative_to(cases.CASES)

    def discover_snapshots(self, **_: Any) -> SnapshotCollections:
        # Cases hold files that are no snapshots; what must not be there, the tests say themselves.
        return SnapshotCollections()


@pytest.fixture
def case_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(CaseFile)


@pytest.mark.requirement("R029")
@pytest.mark.parametrize("case", cases.NAMES)
class TestCase:
    def test_the_fixed_request_is_what_protoc_sends_for_the_protos(
        self, case: str, case_file: SnapshotAssertion, tmp_path: Path
    ) -> None:
        request = cases.build_request(case, tmp_path)
        assert request.SerializeToString(deterministic=True) == case_file(name=f"{case}/{cases.REQUEST}")

    def test_the_fixed_request_gives_the_golden_tree(
        self, case: str, case_file: SnapshotAssertion, request: pytest.FixtureRequest
    ) -> None:
        cases.generated.cache_clear()
        generated = cases.generated(case)
        golden = cases.golden_folder(case)
        on_disk = {
            path.relative_to(golden).as_posix()
            for path in golden.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        if request.config.option.update_snapshots:
            for name in on_disk - generated.keys():
                (golden / name).unlink()
            on_disk &= generated.keys()
        differing = [
            name
            for name, content in sorted(generated.items())
            if content.encode() != case_file(name=f"{case}/golden/{name}")
        ]
        assert not differing, f"differ from testdata/cases/{case}/golden: {differing}; see `make golden`"
        assert on_disk <= generated.keys(), "files that are not generated any more"


def test_there_are_at_least_ten_shapes() -> None:
    assert len(cases.NAMES) >= 10
