"""A build is read again when it has changed, and never lost."""

from pathlib import Path

from app.storefront.storefront import Storefront
from tests.storefront import SHELL, write_build


def shell(storefront: Storefront) -> str | None:
    found = storefront.shell_for("/")
    return found.forms[None].body.decode() if found else None


async def test_replaced_build_is_read_again(tmp_path: Path) -> None:
    folder, changed = tmp_path / "build", SHELL.replace("en", "de")
    storefront = Storefront(write_build(folder))
    await storefront.refresh()
    write_build(tmp_path / "new", changed)
    folder.rename(tmp_path / "old")
    (tmp_path / "new").rename(folder)
    assert shell(storefront) == SHELL
    await storefront.refresh()
    assert shell(storefront) == changed


async def test_last_build_stays_while_there_is_none(tmp_path: Path) -> None:
    folder = write_build(tmp_path / "build")
    storefront = Storefront(folder)
    await storefront.refresh()
    folder.rename(tmp_path / "gone")
    await storefront.refresh()
    assert shell(storefront) == SHELL


async def test_reason_of_failed_build_is_found(tmp_path: Path) -> None:
    storefront = Storefront(tmp_path)
    await storefront.refresh()
    (tmp_path / ".obstacle").write_text("No network.")
    await storefront.refresh()
    assert (storefront.is_built, storefront.obstacle) == (False, "No network.")
