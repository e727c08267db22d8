import { redirect } from '@sveltejs/kit';

import { keepLoginError } from '$lib/session/provider';

import type { LayoutLoad } from './$types';

// One shell for all pages: the gateway serves files, and the API is called by the browser.
export const ssr = false;
export const prerender = false;

/** Shows the sign-in page to a visitor whose log-in at a provider has failed. */
export const load: LayoutLoad = ({ url }) => {
  const signIn = keepLoginError(url);
  if (signIn !== undefined) redirect(307, signIn);
};
