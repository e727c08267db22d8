import type { Problem } from '$lib/api/problem';

import { locale } from './locale.svelte';
import { adviceFor } from './problem-texts';

const conflict = (code: string): Problem => ({
  kind: 'conflict',
  status: 409,
  code,
  detail: 'this is the last active administrator',
  fields: {},
  rejected: [],
});

describe('adviceFor', () => {
  afterEach(() => locale.choose('en'));

  it('explains a known code in the language of the page', () => {
    locale.choose('de');
    const { text, lang } = adviceFor(conflict('last_administrator'));
    expect(text).toContain('Administrator');
    expect(text).not.toContain('last active');
    expect(lang).toBeUndefined();
  });

  it('marks a sentence of a service as English', () => {
    locale.choose('de');
    expect(adviceFor(conflict('brand_new_code'))).toEqual({
      text: 'this is the last active administrator',
      lang: 'en',
    });
  });
});
