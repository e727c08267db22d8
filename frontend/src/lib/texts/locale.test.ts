import { locale } from './locale.svelte';

describe('locale', () => {
  afterEach(() => locale.choose('en'));

  it('is kept for the next visit', async () => {
    locale.choose('de');
    vi.resetModules();
    const { locale: next } = await import('./locale.svelte');
    expect(next.current).toBe('de');
  });

  it('is that of the browser if what is stored is no language of the shop', async () => {
    localStorage.setItem('pannier.locale', 'tlh');
    vi.resetModules();
    const { locale: next } = await import('./locale.svelte');
    expect(next.current).toBe('en');
  });
});
