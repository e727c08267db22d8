// One shell for all pages: the gateway serves files, and the API is called by the browser.
export const ssr = false;
export const prerender = false;
