/** How the texts are compiled, by the build and by `npm run texts`. */
export default {
  outdir: './src/lib/paraglide',
  strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
  localStorageKey: 'pannier.locale',
};
