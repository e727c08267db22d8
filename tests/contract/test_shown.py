"""An answer that differs from the one a document shows is found."""

import pytest

from tests.shown import differences

REAL = '{"id": 7, "name": "Brass lamp", "made_at": "2026-01-01T00:00:00Z", "tags": []}'


@pytest.mark.parametrize(
    "shown",
    [
        REAL,
        '{"id": 1, "name": "Brass lamp", "made_at": "2026-02-02T00:00Z", "tags": []}',
        '{"id": 1, "name": "Brass …", …}',
        '{"id": …, "name": …, "made_at": …,\n "tags": […]}',
    ],
)
def test_answer_of_shown_form_is_accepted(shown: str) -> None:
    assert differences(shown, REAL) == []


@pytest.mark.parametrize(
    ("shown", "difference"),
    [
        ('{"id": 7, "title": …, …}', "answer[0] has no ['title']"),
        ('{"id": 7, "name": …, "tags": []}', "answer[0] also has ['made_at']"),
        ('{"name": "Green lamp", …}', "'Brass lamp', and not 'Green lamp'"),
        ('{"id": "7", …}', "answer[0].id is 7, and not '7'"),
        ('{"tags": ["brass"], …}', "answer[0].tags has 0 elements"),
        ('{"tags": {}, …}', "answer[0].tags is [], and not {}"),
        ('{"id": 7, …}\n204', "answer has 1 elements"),
    ],
)
def test_difference_is_reported(shown: str, difference: str) -> None:
    assert difference in "\n".join(differences(shown, REAL))


def test_list_must_not_be_longer_than_shown() -> None:
    assert differences('[{"id": 1}, …]', '[{"id": 1}, {"id": 2}]') == []
    assert differences('[{"id": 1}]', '[{"id": 1}, {"id": 2}]') != []
