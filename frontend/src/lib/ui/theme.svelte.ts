/** Light, dark, or what the browser prefers. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'pannier.theme';

class ThemeChoice {
  current = $state<Theme>(stored());

  choose(theme: Theme): void {
    this.current = theme;
    if (theme === 'auto') {
      localStorage.removeItem(KEY);
      delete document.documentElement.dataset['theme'];
    } else {
      // `theme.js` reads it before the first paint of the next visit.
      localStorage.setItem(KEY, theme);
      document.documentElement.dataset['theme'] = theme;
    }
  }
}

function stored(): Theme {
  const theme = localStorage.getItem(KEY);
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

export const theme = new ThemeChoice();
