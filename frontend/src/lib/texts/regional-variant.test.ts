import { regionalVariant } from './regional-variant';

describe('regionalVariant', () => {
  it.each([
    ['en', ['en-GB', 'en-US', 'en'], 'en-GB'],
    ['en', ['en', 'en-GB'], 'en-GB'],
    ['en', ['de-AT', 'fr-CH', 'en-IE'], 'en-IE'],
    ['de', ['de-AT', 'de'], 'de-AT'],
    ['de', ['DE-ch'], 'DE-ch'],
    ['en', ['en-US@posix', 'en-GB'], 'en-GB'],
    ['ar-XB', ['ar-EG'], 'ar-XB'],
    ['en', ['eng-GB', 'de-DE'], 'en'],
    ['de', [], 'de'],
  ])('of %s for a browser with %j is %s', (language, preferred, variant) => {
    expect(regionalVariant(language, preferred)).toBe(variant);
  });
});
