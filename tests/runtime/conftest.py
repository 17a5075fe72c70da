"""A Temporal dev server for the runtime's tests."""

from process_runtime.testing.fixtures import process_worker, temporal_env, time_skipping_env

__all__ = ["process_worker", "temporal_env", "time_skipping_env"]
