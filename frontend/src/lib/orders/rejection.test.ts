import { locale } from '$lib/texts';

import { rejectionText } from './rejection';

describe('rejectionText', () => {
  afterEach(() => locale.choose('en'));

  it.each(['insufficient_stock', 'price_changed', 'unknown_product', 'order_withdrawn'])(
    'explains %s in the language of the page',
    (code) => {
      const inEnglish = rejectionText(code);
      locale.choose('de');
      expect(rejectionText(code)).not.toBe(inEnglish);
      expect(rejectionText(code)).not.toContain('_');
    },
  );

  it('is empty for an order that was not rejected', () => {
    expect(rejectionText(null)).toBe('');
  });
});
