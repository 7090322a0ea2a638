"""A devcluster without a network for each test."""

import pytest

from tests.support.devcluster import Devcluster


@pytest.fixture
def dev() -> Devcluster:
    return Devcluster.start()
