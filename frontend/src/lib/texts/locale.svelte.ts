/** The language of the shop: the stored choice, then that of the browser. */
import {
  getLocale,
  locales,
  overwriteGetLocale,
  setLocale,
  type Locale,
} from '$lib/paraglide/runtime';

import { regionalVariant } from './regional-variant';

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

class LocaleChoice {
  current = $state<Locale>(getLocale());
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
    void setLocale(chosen, { reload: false });
  }

  /** The name of a language in that language. */
  nameOf(named: Locale): string {
    const { language } = new Intl.Locale(named);
    return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? named;
  }
}

export const locale = new LocaleChoice();

// Messages read this state, so that Svelte renders them again when it changes.
overwriteGetLocale(() => locale.current);
