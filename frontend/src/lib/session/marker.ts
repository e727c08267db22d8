/**
 * Whether this browser probably has a session, as its next page must know.
 *
 * Only then that page asks for the session: a visitor's request would be refused.
 */
import { kept } from '$lib/browser/storage.svelte';

const KEY = 'pannier.signed-in';
const SIGNED_IN = '1';
// The browser has left for a provider, and comes back with a session, or without.
const ARRIVING = 'arriving';

export const marker = {
  get isSet(): boolean {
    return kept.get(KEY) !== null;
  },

  get isArriving(): boolean {
    return kept.get(KEY) === ARRIVING;
  },

  setSignedIn(): void {
    kept.set(KEY, SIGNED_IN);
  },

  setArriving(): void {
    kept.set(KEY, ARRIVING);
  },

  remove(): void {
    kept.remove(KEY);
  },
};
