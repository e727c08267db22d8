"""Screenshots of pages, in a folder with an index for people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

from tools.local.layout import REPOSITORY

Theme = Literal["light", "dark"]
FOLDER = REPOSITORY / ".local" / "screenshots"
LAYOUT_FAULTS = Path(__file__).with_name("layout_faults.js").read_text()
HEIGHTS = {320: 640, 1280: 800}
# The browser would load a lazy picture only when the visitor comes near to it.
ALL_DRAWN = """() => {
    const images = [...document.images];
    for (const image of images) image.loading = 'eager';
    return images.every(image => image.complete);
}"""
PICTURE = '<a href="{file}"><img src="{file}" alt="{file}" loading="lazy"></a>'
INDEX = """\
<!doctype html>
<meta charset="utf-8">
<title>Screenshots</title>
<style>
  body {{ font: 1rem system-ui; background: #888 }}
  section {{ display: flex; gap: 1rem; align-items: start; overflow-x: auto }}
  img {{ max-block-size: 40rem }}
</style>
{rows}
"""


@dataclass(frozen=True)
class Gallery:
    """
    Attributes:
        faults: texts that are cut, and pages that scroll sideways, by picture.
    """

    folder: Path
    themes: Sequence[Theme] = ("light", "dark")
    faults: dict[str, list[str]] = field(default_factory=dict)

    async def add(self, page: Page, name: str) -> None:
        """Takes one picture for each theme and width, of the page as it stands."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for width, height in HEIGHTS.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.wait_for_function(ALL_DRAWN)
            faults = await page.evaluate(LAYOUT_FAULTS)
            if faults:
                self.faults[f"{name}-{width}"] = faults
            for theme in self.themes:
                await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                await self._shoot(page, f"{name}-{width}-{theme}.png")

    async def _shoot(self, page: Page, file: str) -> None:
        has_dialog = await page.locator("dialog[open]").count() > 0
        await page.screenshot(
            path=self.folder / file, full_page=not has_dialog, animations="disabled"
        )

    def write_index(self) -> Path:
        """Writes a page that shows all pictures of the folder."""
        files = sorted(self.folder.glob("*.png"))
        rows = [
            f"<h2>{escape(name)}</h2><section>"
            + "".join(PICTURE.format(file=file.name) for file in row)
            + "</section>"
            for name, row in groupby(files, lambda file: file.name.rsplit("-", 2)[0])
        ]
        index = self.folder / "index.html"
        index.write_text(INDEX.format(rows="\n".join(rows)))
        return index
