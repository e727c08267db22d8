import { amountOf, cents, formatMoney, isSameAmount, sum, times } from './money';

describe('money', () => {
  it('keeps every cent of the largest amounts', () => {
    expect(times('99999999.99', 2147483647)).toBe('214748364678525163.53');
  });

  it.each(['0.01', '0.10', '1.00', '99999999.99'])(
    'reads and writes %s alike',
    (amount) => {
      expect(amountOf(cents(amount))).toBe(amount);
    },
  );

  it('adds without the errors of binary fractions', () => {
    expect(sum(['0.10', '0.20'])).toBe('0.30');
    expect(sum([])).toBe('0.00');
  });

  it('compares by value', () => {
    expect(isSameAmount('5', '5.00')).toBe(true);
    expect(isSameAmount('5.01', '5.00')).toBe(false);
  });

  it('writes a price as the reader expects it', () => {
    expect(formatMoney('1234.50')).toBe('€1,234.50');
  });
});
