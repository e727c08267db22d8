import { headingOf } from './heading';
import { EVERYTHING } from './query';

describe('headingOf', () => {
  it.each([
    [{}, 'All goods'],
    [{ inStock: true }, 'All goods'],
    [{ category: 'kitchen' }, 'kitchen'],
    [{ q: 'mug' }, 'Results for “mug”'],
    [{ q: 'mug', category: 'kitchen' }, 'Results for “mug”'],
  ])('names the words or the category of %o', (part, heading) => {
    expect(headingOf({ ...EVERYTHING, ...part })).toBe(heading);
  });
});
