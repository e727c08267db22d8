import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import { m } from '$lib/texts';

import CatalogueForm from './CatalogueForm.svelte';
import { addressOf, EVERYTHING, type CatalogueQuery } from './query';

vi.mock('./categories.svelte', () => ({
  SAMPLE: 100,
  categories: { load: async () => {}, isComplete: true, including: () => [] },
}));

/** A catalogue that shows what its form asks for, and the history that it makes. */
function catalogue(query: CatalogueQuery = EVERYTHING) {
  const entries = [addressOf(query)];
  const show = (wanted: CatalogueQuery, replaces = false) => {
    entries.splice(entries.length - Number(replaces), 1, addressOf(wanted));
    void page.rerender({ query: wanted });
  };
  const page = render(CatalogueForm, { query, show });
  return { entries, page };
}

const type = (text: string) => userEvent.type(screen.getByRole('searchbox'), text);
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));

describe('the search of the catalogue', () => {
  beforeEach(() => {
    const list = Object.assign(new EventTarget(), { matches: true });
    vi.stubGlobal('matchMedia', () => list);
  });

  it('is an entry of the history if Enter confirms it', async () => {
    const { entries } = catalogue();
    await type('lamp{Enter}');
    await userEvent.clear(screen.getByRole('searchbox'));
    await type('mug{Enter}');
    expect(entries).toEqual(['/products', '/products?q=lamp', '/products?q=mug']);
  });

  it('is one entry while the visitor types', async () => {
    const { entries } = catalogue();
    await type('lamp');
    await pause();
    await type('s');
    await pause();
    await type('{Enter}');
    expect(entries).toEqual(['/products', '/products?q=lamps']);
  });

  it('leaves a confirmed search in the history', async () => {
    const { entries } = catalogue();
    await type('lamp');
    await pause();
    await userEvent.click(screen.getByRole('button', { name: m.search_button() }));
    await type('s');
    await pause();
    expect(entries).toEqual(['/products', '/products?q=lamp', '/products?q=lamps']);
  });

  it('leaves the choice of a filter in the history', async () => {
    const { entries } = catalogue();
    await type('lamp');
    await pause();
    await userEvent.click(screen.getByLabelText(m.catalogue_in_stock()));
    await type('s');
    await pause();
    expect(entries.slice(2)).toEqual([
      '/products?q=lamp&in_stock=true',
      '/products?q=lamps&in_stock=true',
    ]);
  });

  it('has the words of an earlier search after the way back', async () => {
    const { page } = catalogue();
    await type('mug{Enter}');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await page.rerender({ query: { ...EVERYTHING, q: 'lamp' } });
    expect(screen.getByRole('searchbox')).toHaveValue('lamp');
  });

  it('keeps what the visitor types while an answer is on its way', async () => {
    const { page } = catalogue();
    await type('lam');
    await pause();
    await type('p');
    await page.rerender({ query: { ...EVERYTHING, q: 'lam' } });
    expect(screen.getByRole('searchbox')).toHaveValue('lamp');
  });

  it('forgets words that were being typed on the way back', async () => {
    const { entries, page } = catalogue({ ...EVERYTHING, q: 'lamp' });
    await type('shade');
    await page.rerender({ query: EVERYTHING });
    await pause();
    expect(screen.getByRole('searchbox')).toHaveValue('');
    expect(entries).toEqual(['/products?q=lamp']);
  });

  it('leads to the first page if Enter confirms the same words', async () => {
    const { entries } = catalogue({ ...EVERYTHING, q: 'lamp', page: 3 });
    await type('{Enter}');
    expect(entries.at(-1)).toBe('/products?q=lamp');
  });

  it('applies a price that Enter confirms', async () => {
    const { entries } = catalogue({ ...EVERYTHING, q: 'lamp' });
    const field = screen.getByLabelText(m.catalogue_price_to());
    // As browsers do after Enter, before the page has the address of the change.
    void fireEvent.change(field, { target: { value: '20' } });
    await fireEvent.submit(screen.getByRole('search'));
    expect(entries).toEqual(['/products?q=lamp', '/products?q=lamp&max_price=20']);
  });
});
