import { Kept, refusal } from './storage.svelte';

const blocked = (): Storage => {
  throw new DOMException('denied', 'SecurityError');
};

function full(): Storage {
  const storage = Object.create(localStorage) as Storage;
  storage.getItem = (key) => localStorage.getItem(key);
  storage.removeItem = (key) => localStorage.removeItem(key);
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  return storage;
}

describe('Kept', () => {
  beforeEach(() => {
    refusal.isKnown = false;
  });

  it('uses the storage of the browser', () => {
    new Kept(() => localStorage).set('key', 'value');
    expect(new Kept(() => localStorage).get('key')).toBe('value');
    expect(refusal.isKnown).toBe(false);
  });

  it.each([
    ['blocked', blocked],
    ['full', full],
  ])('works in memory if the storage is %s, and says so', (_, open) => {
    const kept = new Kept(open);
    expect(kept.get('key')).toBe(null);
    kept.set('key', 'value');
    expect(kept.get('key')).toBe('value');
    expect(refusal.isKnown).toBe(true);
    kept.remove('key');
    expect(kept.get('key')).toBe(null);
  });

  it.each([
    ['open', () => localStorage],
    ['blocked', blocked],
    ['full', full],
  ])('removes all of a prefix, and no more, if the storage is %s', (_, open) => {
    const kept = new Kept(open);
    kept.set('checkout.address', 'London');
    kept.set('checkout.attempt', '1');
    kept.set('cart', '2');
    kept.removeAll('checkout.');
    expect(kept.get('checkout.address')).toBe(null);
    expect(kept.get('checkout.attempt')).toBe(null);
    expect(kept.get('cart')).toBe('2');
  });

  it('prefers what could not be stored to what is stored', () => {
    localStorage.setItem('key', 'old');
    const kept = new Kept(full);
    kept.set('key', 'new');
    expect(kept.get('key')).toBe('new');
  });

  it('leaves no former value to the next page', () => {
    localStorage.setItem('key', 'old');
    new Kept(full).set('key', 'new');
    expect(new Kept(full).get('key')).toBe(null);
  });
});
