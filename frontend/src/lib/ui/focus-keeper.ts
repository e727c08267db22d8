/**
 * Keeps the focus near its place when the element that has it disappears.
 *
 * Without this rule the focus falls to the body, and Tab begins at the top of the page
 * again. It moves to the closest alert or heading instead: neither does anything if the
 * user still holds Enter down.
 */

const SECTIONS = 'article, aside, dialog, li, main, section';

/** Watches everything inside `root`; returns a function that ends it. */
export function keepFocus(root: HTMLElement): () => void {
  // The focused element and its ancestors, from the inside out.
  let places: Element[] = [];
  const controller = new AbortController();
  const { signal } = controller;

  const isLost = () => places[0]?.isConnected === false && nothingHasFocus();

  root.addEventListener(
    'focusin',
    ({ target }) => {
      if (target !== root) places = withAncestors(target as Element);
    },
    { signal },
  );
  root.addEventListener(
    'focusout',
    ({ target }) => {
      // Some browsers also send this event for an element that is being removed.
      queueMicrotask(() => {
        const hasLeft = (target as Element).isConnected && nothingHasFocus();
        if (hasLeft) places = [];
      });
    },
    { signal },
  );
  const observer = new MutationObserver(() => {
    if (isLost()) focusClosest(places);
  });
  observer.observe(root, { childList: true, subtree: true });
  signal.addEventListener('abort', () => observer.disconnect());
  return () => controller.abort();
}

function nothingHasFocus(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body;
}

function withAncestors(element: Element): Element[] {
  const places = [];
  for (let each: Element | null = element; each; each = each.parentElement) {
    places.push(each);
  }
  return places;
}

function focusClosest(places: Element[]): void {
  const remaining = places.filter((place) => place.isConnected);
  const isFound = remaining.some((place) =>
    [
      place.querySelector('[role="alert"]'),
      place.matches(SECTIONS) ? place.querySelector('h1, h2, h3') : null,
    ].some(takesFocus),
  );
  if (!isFound) takesFocus(document.querySelector('h1'));
}

/** A hidden element, as in a closed dialog, does not take the focus. */
function takesFocus(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus();
  return document.activeElement === element;
}
