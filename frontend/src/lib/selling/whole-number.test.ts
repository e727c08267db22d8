import { wholeNumber } from './whole-number';

describe('wholeNumber', () => {
  it.each([
    ['12', 12],
    [' 7 ', 7],
    ['0', 0],
    ['2147483647', 2_147_483_647],
  ])('reads %j', (typed, number) => {
    expect(wholeNumber(typed)).toBe(number);
  });

  it.each(['', '-1', '1.5', '1e3', '2147483648', 'ten'])('refuses %j', (typed) => {
    expect(wholeNumber(typed)).toBeUndefined();
  });
});
