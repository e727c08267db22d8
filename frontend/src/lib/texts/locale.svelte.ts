/** The language of the shop: the stored choice, then that of the browser. */
import { kept } from '$lib/browser/storage.svelte';
import {
  getLocale,
  isLocale,
  locales,
  overwriteGetLocale,
  type Locale,
} from '$lib/paraglide/runtime';

import { regionalVariant } from './regional-variant';

const KEY = 'pannier.locale';
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

class LocaleChoice {
  current = $state<Locale>(stored() ?? getLocale());
  readonly all = locales;

  get direction(): 'ltr' | 'rtl' {
    return RIGHT_TO_LEFT.has(new Intl.Locale(this.current).language) ? 'rtl' : 'ltr';
  }

  /** The variant of the language for dates and amounts. */
  get regional(): string {
    return regionalVariant(this.current, navigator.languages);
  }

  /** Changes every text in place: nothing is loaded anew, and nothing typed is lost. */
  choose(chosen: Locale): void {
    this.current = chosen;
    kept.set(KEY, chosen);
  }

  /** The name of a language in that language. */
  nameOf(named: Locale): string {
    const { language } = new Intl.Locale(named);
    return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? named;
  }
}

function stored(): Locale | undefined {
  const choice = kept.get(KEY);
  return isLocale(choice) ? choice : undefined;
}

export const locale = new LocaleChoice();

// Messages read this state, so that Svelte renders them again when it changes.
overwriteGetLocale(() => locale.current);
