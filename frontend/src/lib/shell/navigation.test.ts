import { isOtherPage } from './navigation';

type Navigation = Parameters<typeof isOtherPage>[0];

const gone = (type: Navigation['type'], from: string | null, to: string) => {
  const target = (path: string | null) => ({
    url: path === null ? null : new URL(path, 'http://shop.test'),
  });
  const navigation = { type, from: target(from), to: target(to) };
  return isOtherPage(navigation as Navigation);
};

describe('isOtherPage', () => {
  it.each([
    ['link', '/products', '/cart'],
    ['goto', '/sign-in', '/checkout'],
    ['popstate', '/cart', '/products'],
    ['link', '/orders', '/orders?page=2'],
  ] as const)('is true for a %s from %s to %s', (type, from, to) => {
    expect(gone(type, from, to)).toBe(true);
  });

  it.each([
    ['enter', null, '/products'],
    ['goto', '/products?page=2', '/products?q=lamp'],
    ['link', '/products', '/products?category=living'],
  ] as const)('is false for a %s from %s to %s', (type, from, to) => {
    expect(gone(type, from, to)).toBe(false);
  });
});
