"""Fixtures of the behaviour tests."""

from process_runtime.testing.fixtures import temporal_env, time_skipping_env

__all__ = ["temporal_env", "time_skipping_env"]
