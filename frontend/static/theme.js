// Applies the stored theme; without one, the browser's preference counts.
try {
  const theme = localStorage.getItem('pannier.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the browser's preference counts.
}
