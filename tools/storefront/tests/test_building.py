"""The storefront is built when its sources have changed, and the last build is kept."""

from pathlib import Path

import pytest

from tools.storefront.building import build, is_current
from tools.storefront.errors import StorefrontError
from tools.storefront.layout import Layout
from tools.storefront.tests.frontends import calls, let_npm, page, small_frontend


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return small_frontend(tmp_path / "frontend")


def quiet(_: str) -> None:
    pass


def test_unchanged_sources_are_built_once(layout: Layout) -> None:
    build(layout, quiet)
    build(layout, quiet)
    assert calls(layout) == ["ci", "run build"]
    assert is_current(layout)


def test_changed_source_is_built_with_same_packages(layout: Layout) -> None:
    build(layout, quiet)
    (layout.folder / "src" / "page").write_text("two")
    assert not is_current(layout)
    build(layout, quiet)
    assert page(layout) == "two"
    assert calls(layout) == ["ci", "run build", "run build"]


def test_changed_lock_installs_packages_again(layout: Layout) -> None:
    build(layout, quiet)
    (layout.folder / "package-lock.json").write_text("other")
    build(layout, quiet)
    assert calls(layout) == ["ci", "run build"] * 2


@pytest.mark.parametrize(
    "name", ["src/page.test.ts", "node_modules/x", "src/paraglide/x", ".svelte-kit/x"]
)
def test_file_outside_of_build_starts_no_build(layout: Layout, name: str) -> None:
    build(layout, quiet)
    path = layout.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("changed")
    assert is_current(layout)


def test_failed_build_keeps_the_last_one(layout: Layout) -> None:
    build(layout, quiet)
    (layout.folder / "src" / "page").write_text("two")
    let_npm(layout, fail_with="a page has an error")
    with pytest.raises(StorefrontError, match=r"npm run build.*\n  \| a page has"):
        build(layout, quiet)
    assert page(layout) == "one"
    assert not layout.obstacle.exists()


def test_gateway_learns_why_there_is_no_build(layout: Layout) -> None:
    let_npm(layout, fail_with="npm error code ENOTFOUND")
    with pytest.raises(StorefrontError):
        build(layout, quiet)
    reason = layout.obstacle.read_text()
    assert reason.startswith("Npm's registry cannot be reached: connect to a network")
    assert str(layout.folder) not in reason
    let_npm(layout)
    build(layout, quiet)
    assert not layout.obstacle.exists()
