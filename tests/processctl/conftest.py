"""A Temporal dev server for the commands that ask one."""

from process_runtime.testing.fixtures import temporal_env
from tests.runtime.visibility.conftest import empty_namespace

__all__ = ["empty_namespace", "temporal_env"]
