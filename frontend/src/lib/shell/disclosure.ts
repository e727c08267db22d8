import type { Attachment } from 'svelte/attachments';

/** Closes a `<details>` by Escape, by a click elsewhere, and when the focus leaves it. */
export const disclosure: Attachment<HTMLDetailsElement> = (details) => {
  const controller = new AbortController();
  const { signal } = controller;
  const isInside = (target: EventTarget | null) =>
    target instanceof Node && details.contains(target);

  details.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !details.open) return;
      details.open = false;
      details.querySelector('summary')?.focus();
    },
    { signal },
  );
  details.addEventListener(
    'focusout',
    ({ relatedTarget }) => {
      if (relatedTarget !== null && !isInside(relatedTarget)) details.open = false;
    },
    { signal },
  );
  document.addEventListener(
    'click',
    ({ target }) => {
      if (!isInside(target)) details.open = false;
    },
    { signal },
  );
  return () => controller.abort();
};
