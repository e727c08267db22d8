"""Every page fits: small windows, zoom, large text, fingers and keyboards."""

from contextlib import suppress
from typing import Any

import pytest
from playwright.async_api import TimeoutError as WaitTimeout
from playwright.async_api import ViewportSize

from tests.storefront.pages import open_loaded
from tests.storefront.visitor import Visitor

pytestmark = pytest.mark.slow

WINDOWS: dict[str, ViewportSize] = {
    "small screen": {"width": 320, "height": 640},
    # Of 1280 by 800 pixels.
    "200 % zoom": {"width": 640, "height": 400},
}
# A text or a pseudo-element can leave the window although no element does.
OVERFLOWING = """() => {
    const {clientWidth: width, scrollWidth} = document.documentElement;
    if (scrollWidth <= width) return [];
    const isOutside = ({left, right}) => left < 0 || right > width;
    const outside = [...document.querySelectorAll('body *')]
        .filter(element => isOutside(element.getBoundingClientRect()))
        .map(element => element.outerHTML.slice(0, 200));
    return [`${scrollWidth} > ${width}`, ...outside];
}"""
# Scripts of the page measure and move things then.
NEXT_FRAME = """() => new Promise(resolve =>
    requestAnimationFrame(() => requestAnimationFrame(resolve)))"""
# On a busy machine they come later.
MOVED_WITHIN_MS = 2_000
DOUBLE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
# A link in a sentence may be smaller (WCAG 2.5.8). A label is part of its checkbox, and
# some links cover the whole card that they are on.
SMALL_TARGETS = """() => {
    const coversCard = element =>
        getComputedStyle(element, '::after').position === 'absolute';
    const targetOf = element => {
        if (element.matches('[type=checkbox]')) return element.closest('label');
        return coversCard(element) ? element.offsetParent : element;
    };
    const isInSentence = target => target.matches('p a, dd a, span a')
        && getComputedStyle(target).display === 'inline';
    const isReachable = element => element.checkVisibility()
        && !element.closest('[aria-hidden=true], .skip, .visually-hidden');
    const controls = 'a[href], button, input, select, textarea, summary';
    return [...document.querySelectorAll(controls)]
        .filter(isReachable).map(targetOf).filter(target => {
            const {width, height} = target.getBoundingClientRect();
            return Math.min(width, height) < 24 && !isInSentence(target);
        }).map(target => target.outerHTML.slice(0, 200));
}"""
FOCUSED = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const {left, right, top, bottom} = element.getBoundingClientRect();
    const middle = [(left + right) / 2, (top + bottom) / 2];
    const points = [middle, [left + 2, top + 2], [right - 2, bottom - 2]];
    const isVisible = points.some(([x, y]) => {
        const shown = document.elementFromPoint(x, y);
        return shown && (element.contains(shown) || shown.contains(element));
    });
    const hasFrame = [null, '::after'].some(
        part => getComputedStyle(element, part).outlineStyle !== 'none');
    return {html: element.outerHTML.slice(0, 200), isVisible, hasFrame};
}"""
# More stops than any page has.
MOST_STOPS = 200


async def test_pages_do_not_scroll_sideways(
    visitor: Visitor, pages: tuple[str, ...]
) -> None:
    found = {}
    for path in pages:
        await open_loaded(visitor, path)
        for name, window in WINDOWS.items():
            await resize(visitor, window)
            found[f"{path}, {name}"] = await overflowing(visitor)
        await resize(visitor, {"width": 1280, "height": 800})
        await visitor.page.evaluate(DOUBLE_TEXT)
        await visitor.page.evaluate(NEXT_FRAME)
        found[f"{path}, large text"] = await overflowing(visitor)
    assert only_faults(found) == {}


async def test_targets_are_large_enough(
    visitor: Visitor, pages: tuple[str, ...]
) -> None:
    found = {}
    for path in pages:
        await open_loaded(visitor, path)
        for name, window in WINDOWS.items():
            await resize(visitor, window)
            found[f"{path}, {name}"] = await visitor.page.evaluate(SMALL_TARGETS)
    assert only_faults(found) == {}


@pytest.mark.parametrize("window", WINDOWS)
async def test_focused_element_can_be_seen(
    visitor: Visitor, pages: tuple[str, ...], window: str
) -> None:
    await resize(visitor, WINDOWS[window])
    found = {}
    for path in pages:
        await open_loaded(visitor, path)
        stops = await stops_of(visitor)
        assert len(stops) < MOST_STOPS, path
        hidden = [x["html"] for x in stops if not (x["isVisible"] and x["hasFrame"])]
        found[path] = hidden
    assert only_faults(found) == {}


async def resize(visitor: Visitor, window: ViewportSize) -> None:
    await visitor.page.set_viewport_size(window)
    await visitor.page.evaluate(NEXT_FRAME)


async def overflowing(visitor: Visitor) -> list[str]:
    """Returns what is outside of the window after the page has moved its parts."""
    with suppress(WaitTimeout):
        fits = f"() => ({OVERFLOWING})().length === 0"
        await visitor.page.wait_for_function(fits, timeout=MOVED_WITHIN_MS)
    overflowing: list[str] = await visitor.page.evaluate(OVERFLOWING)
    return overflowing


async def stops_of(visitor: Visitor) -> list[Any]:
    """Presses Tab from the top of the page to its end."""
    stops: list[Any] = []
    while len(stops) < MOST_STOPS:
        await visitor.page.keyboard.press("Tab")
        focused = await visitor.page.evaluate(FOCUSED)
        if focused is None:
            break
        stops.append(focused)
    assert stops, "Tab leads nowhere"
    return stops


def only_faults(found: dict[str, Any]) -> dict[str, Any]:
    return {name: faults for name, faults in found.items() if faults}
