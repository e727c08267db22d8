import type { Session } from './session.svelte';

/**
 * Loads what a page shows to its user, and again when `load` depends on something else.
 *
 * A page that was read as a visitor's, because the session was over, loads again when the
 * user signs in later.
 */
export function onSignedIn(
  session: Pick<Session, 'isSignedIn' | 'dialog'>,
  load: () => unknown,
): void {
  $effect(() => {
    void session.dialog.laterSignIns;
    if (session.isSignedIn) load();
  });
}
