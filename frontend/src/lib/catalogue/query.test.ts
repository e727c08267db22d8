import { addressOf, amount, changed, EVERYTHING, isFiltered, queryOf } from './query';

const queryAt = (address: string) =>
  queryOf(new URL(address, 'http://shop.test').searchParams);

describe('catalogue query', () => {
  it('comes back from its address', () => {
    const query = {
      q: 'Black/White & more',
      category: 'lighting',
      minPrice: '5',
      maxPrice: '20.50',
      inStock: true,
      sort: '-price' as const,
      page: 3,
    };
    expect(queryAt(addressOf(query))).toEqual(query);
  });

  it('has the shortest address for everything', () => {
    expect(addressOf(EVERYTHING)).toBe('/products');
  });

  it.each(['?page=0', '?page=-1', '?page=1e9', '?page=x', '?sort=best', '?min_price=a'])(
    'ignores %s, which the API would refuse',
    (search) => {
      expect(queryAt(`/products${search}`)).toEqual(EVERYTHING);
    },
  );

  it('begins at the first page when something else is asked for', () => {
    expect(changed({ ...EVERYTHING, page: 3 }, { q: 'lamp' }).page).toBe(1);
    expect(changed(EVERYTHING, { page: 2 }).page).toBe(2);
  });

  it('is filtered by a filter, and not by words or order', () => {
    expect(isFiltered({ ...EVERYTHING, inStock: true })).toBe(true);
    expect(isFiltered({ ...EVERYTHING, q: 'lamp', sort: 'price' })).toBe(false);
  });
});

describe('amount', () => {
  it.each([
    ['12,5', '12.5'],
    [' 7 ', '7'],
    ['-1', ''],
    ['1.234', ''],
    ['', ''],
  ])('reads %o as %o', (typed, read) => {
    expect(amount(typed)).toBe(read);
  });
});
