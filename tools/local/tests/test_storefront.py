"""`make up` builds the storefront, and starts the platform even if that fails."""

import sys
from pathlib import Path

import pytest

from tools.local import storefront
from tools.local.storefront import built_meanwhile
from tools.storefront.building import build
from tools.storefront.layout import Layout
from tools.storefront.tests.frontends import small_frontend


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return small_frontend(tmp_path / "frontend")


def let_build(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(storefront, "BUILD", (sys.executable, "-c", program))


def test_current_build_is_not_made_again(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(layout, lambda _: None)
    let_build(monkeypatch, "raise SystemExit(1)")
    said: list[str] = []
    with built_meanwhile(said.append, layout):
        pass
    assert said == []


def test_platform_starts_while_storefront_is_built(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    # It ends only when the platform has started.
    waits = (
        f"import os, time\nwhile not os.path.exists({str(started)!r}): time.sleep(0.01)"
    )
    let_build(monkeypatch, waits)
    said: list[str] = []
    with built_meanwhile(said.append, layout):
        started.touch()
    assert said[-1] == "the storefront is built"


def test_failed_build_is_only_reported(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_build(monkeypatch, "raise SystemExit('error: PyPI cannot be reached.')")
    said: list[str] = []
    with built_meanwhile(said.append, layout):
        pass
    assert "the storefront is not built: PyPI cannot be reached." in said
    assert "`make storefront` tries again" in said[-1]


def test_failed_start_ends_the_build(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_build(monkeypatch, "import time; time.sleep(600)")
    with (
        pytest.raises(OSError, match="no port"),
        built_meanwhile(lambda _: None, layout),
    ):
        raise OSError("no port")
