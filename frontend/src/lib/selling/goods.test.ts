import type { Product, User } from '$lib/api';

import { canChange } from './goods';

describe('canChange', () => {
  const product = { owner_id: 7 } as Product;

  it.each([
    ['the seller', { id: 7, role: 'customer' }, true],
    ['an administrator', { id: 8, role: 'admin' }, true],
    ['another customer', { id: 8, role: 'customer' }, false],
  ])('is right for %s', (_, user, expected) => {
    expect(canChange(product, user as User)).toBe(expected);
  });
});
