"""A namespace for the commands that ask a server."""

from tests.runtime.visibility.conftest import empty_namespace

__all__ = ["empty_namespace"]
