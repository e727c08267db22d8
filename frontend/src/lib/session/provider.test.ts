import {
  keepLoginError,
  providerLoginAddress,
  safeEndSessionUrl,
  takeLoginError,
} from './provider';
import { returnTarget } from './return-to';

const at = (path: string) => new URL(path, 'http://shop.test');
const targetOf = (address: string) => at(address).searchParams.get('return_to');

// The service accepts these paths, by the document of the API.
const ACCEPTED = /^\/([!#-.0-[\]-~][!#-[\]-~]*)?$/;

describe('providerLoginAddress', () => {
  it('names the provider and the page to come back to', () => {
    const address = providerLoginAddress('keycloak', '/products?q=lamp&sort=price');
    expect(at(address).pathname).toBe('/api/v1/auth/oidc/login');
    expect(at(address).searchParams.get('provider')).toBe('keycloak');
    expect(targetOf(address)).toBe('/products?q=lamp&sort=price');
  });

  it.each(['/products?q=a\\b', '/products?q="Größe 7"', '/orders#\\'])(
    'makes %s a target that the service accepts',
    (path) => {
      const { pathname, search, hash } = at(path);
      expect(targetOf(providerLoginAddress('x', pathname + search + hash))).toMatch(
        ACCEPTED,
      );
    },
  );

  it('leads back to the home page from an address that is too long', () => {
    const path = `/products?q=${'a'.repeat(1100)}`;
    expect(targetOf(providerLoginAddress('x', path))).toBe('/');
  });
});

describe('keepLoginError', () => {
  it('finds nothing in the address of any other visit', () => {
    expect(keepLoginError(at('/products?q=lamp'))).toBeUndefined();
    expect(takeLoginError()).toBeUndefined();
  });

  it('leads to the sign-in page, and from there to where the visitor wanted to go', () => {
    const address = keepLoginError(at('/orders?page=2&login_error=login_denied'));
    expect(at(address ?? '').pathname).toBe('/sign-in');
    expect(returnTarget(at(address ?? ''))).toBe('/orders?page=2');
    expect(takeLoginError()).toBe('login_denied');
  });

  it('leads to an address without the error', () => {
    const address = keepLoginError(at('/sign-in?login_error=login_denied'));
    expect(address).not.toContain('login_error');
  });

  it('keeps the error for one page', () => {
    keepLoginError(at('/?login_error=login_denied'));
    takeLoginError();
    expect(takeLoginError()).toBeUndefined();
  });
});

describe('safeEndSessionUrl', () => {
  it.each([
    'https://id.example/logout?client_id=pannier-web',
    'http://localhost:8080/logout',
    'http://127.0.0.1:8080/logout',
    'http://[::1]:8080/logout',
  ])('accepts %s', (url) => {
    expect(safeEndSessionUrl(url)).toBe(url);
  });

  it.each([
    'http://id.example/logout',
    'http://localhost.example/logout',
    'javascript:alert(1)',
    'data:text/html,x',
    '/logout',
    '',
    null,
    undefined,
  ])('accepts no %s', (url) => {
    expect(safeEndSessionUrl(url)).toBeUndefined();
  });
});
