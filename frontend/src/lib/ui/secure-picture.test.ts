import { securePicture } from './secure-picture';

describe('the address of a picture', () => {
  it.each([
    ['http://images.test/mug.jpg', 'https://images.test/mug.jpg'],
    [
      'https://images.test/mug.jpg?from=http://a',
      'https://images.test/mug.jpg?from=http://a',
    ],
    ['data:image/svg+xml,x', 'data:image/svg+xml,x'],
  ])('of %s is %s', (url, expected) => {
    expect(securePicture(url)).toBe(expected);
  });

  it.each([null, ''])('is missing without one (%s)', (url) => {
    expect(securePicture(url)).toBeUndefined();
  });
});
