"""Services find their newest revision by the names of files, without Alembic."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis._database.schema_version import newest_revision
from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS


@pytest.mark.parametrize("service", SERVICE_PORTS)
def test_last_file_is_the_head_of_alembic(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY / service)
    heads = ScriptDirectory.from_config(Config("alembic.ini")).get_heads()
    assert [newest_revision()] == heads
