import pytest
from temporalio.testing import WorkflowEnvironment

from tests.runtime.payloads.vault import Vault


@pytest.fixture
def vault(temporal_env: WorkflowEnvironment) -> Vault:
    return Vault(temporal_env.client)
