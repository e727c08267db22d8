import type { Product } from '$lib/api';

import { Categories, SAMPLE } from './categories.svelte';
import { newestPage } from './products';

vi.mock('./products', { spy: true });

const answer = (total: number, ...names: string[]) => ({
  ok: true as const,
  status: 200,
  value: {
    items: names.map((category) => ({ category }) as Product),
    total,
    isCapped: false,
  },
  headers: new Headers(),
});

describe('the categories that the filter offers', () => {
  it('are those of the newest goods, by name', async () => {
    vi.mocked(newestPage).mockResolvedValue(answer(3, 'lighting', 'books', 'Lighting'));
    const categories = new Categories();
    await categories.load();
    expect(categories.names).toEqual(['books', 'lighting']);
    expect(categories.isComplete).toBe(true);
  });

  it('may be incomplete if there are older goods', async () => {
    vi.mocked(newestPage).mockResolvedValue(answer(SAMPLE + 1, 'books'));
    const categories = new Categories();
    await categories.load();
    expect(categories.isComplete).toBe(false);
  });

  it('include the one of the address', async () => {
    vi.mocked(newestPage).mockResolvedValue(answer(1, 'books'));
    const categories = new Categories();
    await categories.load();
    expect(categories.including('garden')).toEqual(['garden', 'books']);
  });
});
