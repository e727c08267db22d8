import { render, screen } from '@testing-library/svelte';

import type { Order } from '$lib/api';

import OrderItems from './OrderItems.svelte';

const LAMP = {
  product_id: 1,
  product_name: 'Brass lamp',
  quantity: 1,
  unit_price: '49.90',
  total_price: '49.90',
};

describe('OrderItems', () => {
  it('lists a product twice if it was ordered twice', () => {
    const order = { items: [LAMP, { ...LAMP, quantity: 2 }] } as Order;
    render(OrderItems, { order });
    expect(screen.getAllByRole('link', { name: 'Brass lamp' })).toHaveLength(2);
  });
});
