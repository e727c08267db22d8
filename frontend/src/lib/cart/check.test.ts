import type { Outcome, Product } from '$lib/api';

import type { CartLine } from './cart.svelte';
import { changesOf, rejectedChanges } from './check';

const line: CartLine = {
  productId: 1,
  name: 'Brass lamp',
  category: null,
  unitPrice: '44.90',
  quantity: 3,
};

function answer(price: string, quantity: number): Outcome<Product> {
  const value = { id: 1, price, quantity } as Product;
  return { ok: true, value, status: 200, headers: new Headers() };
}

function failure(kind: 'missing' | 'offline'): Outcome<Product> {
  const problem = { kind, status: 0, code: '', detail: '', fields: {}, rejected: [] };
  return { ok: false, problem };
}

describe('changesOf', () => {
  it.each([
    ['nothing', answer('44.90', 3), undefined],
    ['a shortage', answer('44.90', 2), { is: 'short', available: 2 }],
    ['a shortage before a price', answer('50.00', 2), { is: 'short', available: 2 }],
    ['a sold-out product', answer('44.90', 0), { is: 'sold-out' }],
    ['a new price', answer('50.00', 9), { is: 'price', before: '44.90', now: '50.00' }],
    ['a lower price', answer('40.00', 9), { is: 'price', before: '44.90', now: '40.00' }],
    ['a withdrawn product', failure('missing'), { is: 'unknown' }],
    ['nothing if it cannot be known', failure('offline'), undefined],
  ])('reports %s', (_, answered, change) => {
    expect(changesOf([line], new Map([[1, answered]])).get(1)).toEqual(change);
  });
});

describe('rejectedChanges', () => {
  it('reads each rejected item', () => {
    const changes = rejectedChanges([
      { code: 'unknown_product', productId: 1 },
      { code: 'insufficient_stock', productId: 2, requested: 3, available: 1 },
      { code: 'insufficient_stock', productId: 3, requested: 3, available: 0 },
      { code: 'price_changed', productId: 4, agreedPrice: '1.00', unitPrice: '2.00' },
    ]);
    expect([...changes.values()]).toEqual([
      { is: 'unknown' },
      { is: 'short', available: 1 },
      { is: 'sold-out' },
      { is: 'price', before: '1.00', now: '2.00' },
    ]);
  });
});
