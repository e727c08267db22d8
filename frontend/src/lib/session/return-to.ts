/** The page on which a visitor continues after signing in: `return_to` in the address. */

const HOME = '/';
// These would only lead back to themselves.
const FORMS = /^\/sign-(in|up)(\/|\?|#|$)/;

export function signInAddress(current: URL): string {
  const target = current.pathname + current.search;
  return `/sign-in?return_to=${encodeURIComponent(target)}`;
}

/** Returns the target if it is a page of this shop: the address may come from anybody. */
export function returnTarget(current: URL): string {
  const wanted = current.searchParams.get('return_to');
  if (wanted === null || !URL.canParse(wanted, current.origin)) return HOME;
  const target = new URL(wanted, current.origin);
  const path = target.pathname + target.search + target.hash;
  if (target.origin !== current.origin || FORMS.test(path)) return HOME;
  // A path like `//host` would be read as another host.
  return path.startsWith('//') ? HOME : path;
}
