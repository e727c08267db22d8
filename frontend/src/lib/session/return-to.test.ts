import { returnTarget, signInAddress } from './return-to';

const at = (path: string) => new URL(path, 'http://shop.test');
const wanting = (target: string) => at(`/sign-in?return_to=${encodeURIComponent(target)}`);

describe('returnTarget', () => {
  it('is the page that the visitor came from', () => {
    const address = signInAddress(at('/products?q=lamp&sort=price'));
    expect(returnTarget(at(address))).toBe('/products?q=lamp&sort=price');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/%2e%2e//evil.example',
    'javascript:alert(1)',
    '/sign-in?return_to=%2Fsign-in',
    'http://',
  ])('is the home page instead of %s', (target) => {
    expect(returnTarget(wanting(target))).toBe('/');
  });

  it('is the home page if the address names none', () => {
    expect(returnTarget(at('/sign-in'))).toBe('/');
  });
});
