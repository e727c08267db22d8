/** How the texts are compiled, by the build and by `npm run texts`. */
export default {
  outdir: './src/lib/paraglide',
  // `locale.svelte.ts` keeps the choice, because this library needs a working storage.
  strategy: ['preferredLanguage', 'baseLocale'],
};
