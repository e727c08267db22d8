"""axe finds no fault on any page, in both themes."""

from typing import Any

import pytest

from tests.storefront.axe import faults
from tests.storefront.pages import open_loaded
from tests.storefront.visitor import Visitor

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_pages_have_no_faults(
    visitor: Visitor, pages: tuple[str, ...], theme: Any
) -> None:
    await visitor.page.emulate_media(color_scheme=theme)
    found = {}
    for path in pages:
        await open_loaded(visitor, path)
        found[path] = await faults(visitor)
    assert {path: each for path, each in found.items() if each} == {}
