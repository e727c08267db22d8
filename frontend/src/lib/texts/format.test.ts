import { formatMoney } from '$lib/money';

import { formatCount, formatDate, formatDateTime, typedDecimal } from './format';
import { locale } from './locale.svelte';

const TIME = '2026-11-29T12:00:00Z';

describe('formats', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', { ...navigator, languages: ['en-GB', 'de-CH'] });
  });

  afterEach(() => locale.choose('en'));

  it('are those of the region of the reader', () => {
    locale.choose('en');
    expect(formatDate(TIME)).toBe('29 November 2026');
    expect(formatDateTime(TIME)).toMatch(/^29 Nov 2026/);
  });

  it.each([
    [99, '99'],
    [100, '99+'],
  ])('keep a badge of %s short', (count, badge) => {
    expect(formatCount(count)).toBe(badge);
  });

  it('follow the language that the reader chooses', () => {
    locale.choose('de');
    expect(formatDate(TIME)).toBe('29. November 2026');
    expect(formatMoney('1234.50')).toMatch(/1[’']234[.]50/);
  });

  it.each([
    ['en-GB', 'en', '49.90'],
    ['de-DE', 'de', '49,90'],
    ['de-CH', 'de', '49.90'],
  ] as const)('write a decimal as readers of %s type it', (region, language, expected) => {
    vi.stubGlobal('navigator', { ...navigator, languages: [region] });
    locale.choose(language);
    expect(typedDecimal('49.90')).toBe(expected);
  });
});
