/**
 * Whether this browser probably has a session, as its next page must know.
 *
 * Only then that page asks for the session: a visitor's request would be refused.
 */
const KEY = 'pannier.signed-in';
const SIGNED_IN = '1';
// The browser has left for a provider, and comes back with a session, or without.
const ARRIVING = 'arriving';

export const marker = {
  get isSet(): boolean {
    return localStorage.getItem(KEY) !== null;
  },

  get isArriving(): boolean {
    return localStorage.getItem(KEY) === ARRIVING;
  },

  setSignedIn(): void {
    localStorage.setItem(KEY, SIGNED_IN);
  },

  setArriving(): void {
    localStorage.setItem(KEY, ARRIVING);
  },

  remove(): void {
    localStorage.removeItem(KEY);
  },
};
