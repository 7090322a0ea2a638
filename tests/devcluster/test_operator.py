"""The operator does on devcluster what it does on a real API server: the tests of `tests/cluster`, run there.

Surprise: the order matters. What waits in the tests of provider doppler runs beside all those before them, and must be
over when the tests of restarting kill the operator.
"""

# ruff: noqa: I001 - in this order
from tests.cluster.conftest import audit_log, desk, namespace, operator
from tests.cluster.test_operator_sync import *  # noqa: F403 - every test of it
from tests.cluster.test_operator_doppler import *  # noqa: F403 - every test of it
from tests.cluster.test_operator_restart import *  # noqa: F403 - every test of it

__all__ = ["audit_log", "desk", "namespace", "operator"]
