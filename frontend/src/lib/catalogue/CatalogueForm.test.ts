import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import { m } from '$lib/texts';

import CatalogueForm from './CatalogueForm.svelte';
import { EVERYTHING, type CatalogueQuery } from './query';

vi.mock('./categories.svelte', () => ({
  SAMPLE: 100,
  categories: { load: async () => {}, isComplete: true, including: () => [] },
}));

/** Draws the form in a page that shows what it asks for, as the catalogue does. */
function form(query: CatalogueQuery = EVERYTHING) {
  const show = vi.fn((wanted: CatalogueQuery) => void page.rerender({ query: wanted }));
  const page = render(CatalogueForm, { query, show });
  return { page, show };
}

const filters = () => screen.getByRole<HTMLDetailsElement>('group');

function screenOf(isWide: boolean) {
  const list = Object.assign(new EventTarget(), { matches: isWide });
  vi.stubGlobal('matchMedia', () => list);
}

describe('the filters on a phone', () => {
  beforeEach(() => screenOf(false));

  it('are closed until something is filtered', () => {
    form();
    expect(filters().open).toBe(false);
  });

  it('stay open when the visitor chooses a sort', async () => {
    form();
    await userEvent.click(screen.getByText(m.catalogue_filters()));
    await userEvent.selectOptions(screen.getByLabelText(m.catalogue_sort()), 'price');
    expect(filters().open).toBe(true);
  });

  it('stay open when the visitor removes the only one', async () => {
    form({ ...EVERYTHING, inStock: true });
    expect(filters().open).toBe(true);
    await userEvent.click(screen.getByLabelText(m.catalogue_in_stock()));
    expect(screen.getByLabelText(m.catalogue_in_stock())).not.toBeChecked();
    expect(filters().open).toBe(true);
  });

  it('stay closed after the visitor has closed them', async () => {
    const query = { ...EVERYTHING, inStock: true };
    const { page } = form(query);
    await userEvent.click(screen.getByText(m.catalogue_filters()));
    await page.rerender({ query: { ...query, q: 'lamp' } });
    expect(filters().open).toBe(false);
  });

  it('open when a link leads to a filtered list', async () => {
    const { page } = form();
    await page.rerender({ query: { ...EVERYTHING, category: 'lighting' } });
    expect(filters().open).toBe(true);
  });
});

describe('the filters on a wide screen', () => {
  it('are open', () => {
    screenOf(true);
    form();
    expect(filters().open).toBe(true);
  });
});
