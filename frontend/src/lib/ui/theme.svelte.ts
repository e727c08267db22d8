/** Light, dark, or what the browser prefers. */
import { kept } from '$lib/browser/storage.svelte';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'pannier.theme';

class ThemeChoice {
  current = $state<Theme>(stored());

  choose(theme: Theme): void {
    this.current = theme;
    if (theme === 'auto') {
      kept.remove(KEY);
      delete document.documentElement.dataset['theme'];
    } else {
      // `theme.js` reads it before the first paint of the next visit.
      kept.set(KEY, theme);
      document.documentElement.dataset['theme'] = theme;
    }
  }
}

function stored(): Theme {
  const theme = kept.get(KEY);
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export const theme = new ThemeChoice();
