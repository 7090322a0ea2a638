"""What holds for every test: none leaves process-wide state behind."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def unconfigured_logging() -> Iterator[None]:
    """Logging is configured for the whole process; the next test begins without."""
    yield
    structlog.reset_defaults()
