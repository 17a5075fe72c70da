"""An ingress in this process."""

from tests.runtime.ingress.conftest import start_ingress, temporal

__all__ = ["start_ingress", "temporal"]
