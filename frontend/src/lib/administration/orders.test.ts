import { movesFrom } from './orders';

describe('movesFrom', () => {
  it('leads a confirmed order on, or cancels it', () => {
    expect(movesFrom('confirmed')).toEqual(['shipped', 'cancelled']);
  });

  it('never takes back an order that is sent', () => {
    expect(movesFrom('shipped')).toEqual(['delivered']);
  });

  it.each(['delivered', 'cancelled'] as const)('ends with %s', (status) => {
    expect(movesFrom(status)).toEqual([]);
  });
});
