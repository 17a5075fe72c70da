"""An ingress in this process."""

from tests.runtime.ingress.conftest import start_ingress

__all__ = ["start_ingress"]
