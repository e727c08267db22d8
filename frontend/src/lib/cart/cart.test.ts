import type { Product } from '$lib/api';

import { Cart } from './cart.svelte';

function product(changes: Partial<Product> = {}): Product {
  return {
    id: 1,
    name: 'Brass lamp',
    description: null,
    price: '44.90',
    quantity: 5,
    category: 'lighting',
    tags: [],
    image_url: null,
    owner_id: 1,
    created_at: '2026-11-29T00:00:00Z',
    updated_at: '2026-11-29T00:00:00Z',
    ...changes,
  };
}

/** Does what the browser does in one tab when another tab writes. */
function noticeOtherTab() {
  dispatchEvent(new StorageEvent('storage', { key: 'pannier.cart.1' }));
}

describe('Cart', () => {
  it('is kept for the next visit', () => {
    new Cart().add(product(), 2);
    expect(new Cart().lines).toMatchObject([
      { productId: 1, quantity: 2, unitPrice: '44.90' },
    ]);
  });

  it('shows what another tab adds', () => {
    const cart = new Cart();
    new Cart().add(product(), 2);
    noticeOtherTab();
    expect(cart.pieces).toBe(2);
  });

  it('keeps what another tab has added when this one adds', () => {
    const cart = new Cart();
    new Cart().add(product({ id: 2 }), 1);
    cart.add(product(), 1);
    expect(cart.lines.map((line) => line.productId)).toEqual([2, 1]);
  });

  it('adds no more than there is', () => {
    const cart = new Cart();
    expect(cart.add(product(), 3)).toBe(3);
    expect(cart.add(product(), 3)).toBe(2);
    expect(cart.add(product(), 1)).toBe(0);
    expect(cart.pieces).toBe(5);
  });

  it('adds up prices', () => {
    const cart = new Cart();
    cart.add(product(), 2);
    cart.add(product({ id: 2, price: '0.10' }), 1);
    expect(cart.total).toBe('89.90');
  });

  it('keeps what was added while an order was placed', () => {
    const cart = new Cart();
    cart.add(product(), 3);
    cart.add(product({ id: 2 }), 1);
    cart.takeOut([
      { productId: 1, quantity: 2 },
      { productId: 2, quantity: 1 },
    ]);
    expect(cart.lines).toMatchObject([{ productId: 1, quantity: 1 }]);
  });

  it('is empty if the stored text is not a cart', () => {
    localStorage.setItem('pannier.cart.1', '{"lines"');
    expect(new Cart().lines).toEqual([]);
    localStorage.setItem('pannier.cart.1', '[{"productId": 1, "quantity": -1}]');
    expect(new Cart().lines).toEqual([]);
  });
});
