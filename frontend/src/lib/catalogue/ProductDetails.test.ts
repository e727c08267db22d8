import { render, screen } from '@testing-library/svelte';

import type { Product } from '$lib/api';

import ProductDetails from './ProductDetails.svelte';

const LAMP = {
  id: 1,
  name: 'Lamp',
  price: '49.90',
  quantity: 1,
  category: null,
  description: null,
  tags: ['brass', 'brass'],
  image_url: null,
} as Product;

describe('ProductDetails', () => {
  it('shows a product with a repeated tag', () => {
    render(ProductDetails, { product: LAMP, reload: async () => {} });
    expect(screen.getAllByRole('link', { name: 'brass' })).toHaveLength(2);
  });
});
