"""Fixtures of the tests of the checker."""

from process_runtime.testing.fixtures import temporal_env

__all__ = ["temporal_env"]
