/**
 * The width of the bell and the user's name in the header.
 *
 * It depends on the name, so it is kept for the next visit: the header reserves it while
 * the session is being found, and nothing beside it moves.
 */
const KEY = 'pannier.account-width';
// Of a bell and a short name.
const USUAL_PX = 132;

export function reservedWidth(): string {
  const kept = Number(localStorage.getItem(KEY));
  return `${kept > 0 ? kept : USUAL_PX}px`;
}

export function keepWidth(pixels: number | undefined): void {
  if (pixels) localStorage.setItem(KEY, String(pixels));
}
