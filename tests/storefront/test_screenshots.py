"""Every page in pictures for people, in the folder `.local/screenshots`.

A test fails if a page logs an error, scrolls sideways or cuts a text.
"""

import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

import pytest
from playwright.async_api import Browser, StorageState

from tests.replicas import Replicas
from tests.storefront import tours
from tests.storefront.conftest import visiting
from tests.storefront.gallery import FOLDER, Gallery, Theme
from tests.storefront.scene import Scene
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

pytestmark = pytest.mark.slow

THEMES: dict[str, tuple[Theme, ...]] = {
    "en": ("light", "dark"),
    "de": ("light",),
    # They exist in test builds only: the first doubles every text, the second runs
    # from right to left.
    "en-XA": ("light",),
    "ar-XB": ("light",),
}
TOURS: dict[str, Callable[[Scene], AsyncGenerator[str, None]]] = {
    "visitors": tours.visitors,
    "loading": tours.loading,
    "buyers": tours.buyers,
    "newcomers": tours.newcomers,
    "sellers": tours.sellers,
    "administrators": tours.administrators,
}


@pytest.fixture(scope="module")
def in_test_languages(platform: Platform) -> Iterator[Replicas]:
    """A gateway whose storefront has the languages of test builds."""
    build = [sys.executable, "-m", "tools.storefront", "npm", "run", "build:pseudo"]
    subprocess.run(build, cwd=REPOSITORY, check=True)  # noqa: S603 - our own
    folder = {"STOREFRONT_DIR": str(REPOSITORY / "frontend" / "build-pseudo")}
    with Replicas(platform, folder, only=[GATEWAY]).started() as replicas:
        yield replicas


@pytest.fixture(scope="module", params=THEMES)
def locale(request: pytest.FixtureRequest) -> str:
    """A language, of which there are no pictures yet."""
    locale: str = request.param
    shutil.rmtree(FOLDER / locale, ignore_errors=True)
    return locale


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("tour", TOURS)
async def test_pages_fit_their_texts(
    request: pytest.FixtureRequest,
    platform: Platform,
    browser: Browser,
    shop: Shop,
    locale: str,
    tour: str,
) -> None:
    is_real = locale in ("en", "de")
    served: Platform | Replicas = (
        platform if is_real else request.getfixturevalue("in_test_languages")
    )
    gallery = Gallery(FOLDER / locale, THEMES[locale])
    context = await browser.new_context(storage_state=remembering(locale, served))
    async with (
        context,
        visiting(await context.new_page(), served) as visitor,
        # A tour puts back what it has changed, also if a picture fails.
        aclosing(TOURS[tour](Scene(visitor, shop, platform))) as names,
    ):
        async for name in names:
            await gallery.add(visitor.page, name)
    print(f"see {gallery.write_index()}")
    assert gallery.faults == {}


def remembering(locale: str, served: Platform | Replicas) -> StorageState:
    """Returns what the browser of a visitor has stored who chose this language."""
    origin = f"http://localhost:{served.service_ports[GATEWAY]}"
    return {
        "origins": [
            {
                "origin": origin,
                "localStorage": [{"name": "pannier.locale", "value": locale}],
            }
        ]
    }
