import { drawingOf } from './drawing';

describe('drawingOf', () => {
  it('draws the same goods alike on every page', () => {
    expect(drawingOf('Brass lamp', 'lighting')).toEqual(
      drawingOf('Brass lamp', 'Lighting'),
    );
  });

  it('draws a basket for a category that it does not know', () => {
    expect(drawingOf('Brass lamp', null).path).toBe(drawingOf('Brass lamp', 'other').path);
  });

  it('gives goods of one category different colours', () => {
    expect(drawingOf('Red lamp', 'lighting').ink).not.toBe(
      drawingOf('Blue lamp', 'lighting').ink,
    );
  });
});
