"""The delay after wrong passwords."""

import pytest

from app.models.failures import delay_after


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 0), (9, 0), (10, 1), (11, 2), (12, 4), (15, 32), (16, 60), (10**6, 60)],
)
def test_delay_doubles_after_tenth_failure(failures: int, seconds: int) -> None:
    assert delay_after(failures).total_seconds() == seconds
