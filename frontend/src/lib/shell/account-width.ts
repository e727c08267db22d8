/**
 * The width of the bell and the user's name in the header.
 *
 * It depends on the name, so it is kept for the next visit: the header reserves it while
 * the session is being found, and nothing beside it moves.
 */
import { kept } from '$lib/browser/storage.svelte';

const KEY = 'pannier.account-width';
// The width of a bell and a short name.
const USUAL_PX = 132;

export function reservedWidth(): string {
  const last = Number(kept.get(KEY));
  return `${last > 0 ? last : USUAL_PX}px`;
}

export function keepWidth(pixels: number | undefined): void {
  if (pixels) kept.set(KEY, String(pixels));
}
