/** Moves the focus to the heading of a page that the user has gone to. */

// The first page of a visit leaves the focus where the browser puts it.
let hasMoved = false;

export function focusHeading(): void {
  hasMoved = true;
  document.querySelector('h1')?.focus({ preventScroll: true });
}

/** A heading that appears when its page has loaded gets the focus, if nothing else has it. */
export function focusIfLost(heading: HTMLElement): void {
  const focused = document.activeElement;
  const isLost = focused === null || focused === document.body;
  if (hasMoved && isLost) heading.focus({ preventScroll: true });
}
