"""Fixtures of the behaviour tests."""

from process_runtime.testing.fixtures import process_worker, temporal_env

__all__ = ["process_worker", "temporal_env"]
