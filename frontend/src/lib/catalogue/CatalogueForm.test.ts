import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';

import { locale, m } from '$lib/texts';

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
  return list;
}

describe('the filters in a window that becomes narrow', () => {
  async function narrow(query: CatalogueQuery, focused?: string) {
    const list = screenOf(true);
    form(query);
    if (focused) screen.getByLabelText(focused).focus();
    list.matches = false;
    list.dispatchEvent(new Event('change'));
    await tick();
    return filters().open;
  }

  it('are closed if they are not in use', async () => {
    expect(await narrow(EVERYTHING)).toBe(false);
  });

  it('stay open if something is filtered', async () => {
    expect(await narrow({ ...EVERYTHING, inStock: true })).toBe(true);
  });

  it('stay open around the focus', async () => {
    expect(await narrow(EVERYTHING, m.catalogue_sort())).toBe(true);
  });
});

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

describe('a price filter', () => {
  const from = () => screen.getByLabelText(m.catalogue_price_from());
  const to = () => screen.getByLabelText(m.catalogue_price_to());

  async function type(field: HTMLElement, text: string) {
    await userEvent.clear(field);
    await userEvent.type(field, text);
    await userEvent.tab();
  }

  beforeEach(() => screenOf(true));

  afterEach(() => locale.choose('en'));

  it.each(['20 €', '1.000', '1.234,50'])(
    'keeps %s, which it cannot read, and says so',
    async (text) => {
      const { show } = form();
      await type(from(), text);
      expect(from()).toHaveValue(text);
      expect(from()).toBeInvalid();
      expect(from()).toHaveAccessibleDescription(/such as 1234.50/);
      expect(show).not.toHaveBeenCalled();
    },
  );

  it('keeps what it cannot read while other filters change', async () => {
    const { show } = form();
    await type(from(), '20 €');
    await type(to(), '50');
    await userEvent.click(screen.getByLabelText(m.catalogue_in_stock()));
    expect(show.mock.lastCall?.[0]).toMatchObject({ maxPrice: '50', inStock: true });
    expect(from()).toHaveValue('20 €');
    expect(from()).toBeInvalid();
  });

  it('is empty after the visitor has cleared the filters', async () => {
    form({ ...EVERYTHING, inStock: true });
    await type(from(), '20 €');
    await userEvent.click(screen.getByRole('button', { name: m.catalogue_clear() }));
    expect(from()).toHaveValue('');
    expect(from()).toBeValid();
  });

  it('shows an amount as a German customer types it', async () => {
    vi.stubGlobal('navigator', { ...navigator, languages: ['de-DE'] });
    locale.choose('de');
    const { show } = form();
    await type(from(), '12,50');
    expect(show.mock.lastCall?.[0]).toMatchObject({ minPrice: '12.50' });
    expect(from()).toHaveValue('12,50');
    expect(from()).toBeValid();
  });

  it('says that the highest price is below the lowest', async () => {
    form({ ...EVERYTHING, minPrice: '9' });
    await type(to(), '10');
    expect(to()).toBeValid();
    await type(to(), '8');
    expect(to()).toHaveAccessibleDescription(m.catalogue_price_crossed());
  });
});
