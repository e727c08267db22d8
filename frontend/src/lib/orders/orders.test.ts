import { ordersAddressOf, ordersQueryOf } from './query';
import { isCancellable, stepsOf } from './timeline';

const queryOf = (address: string) => ordersQueryOf(new URLSearchParams(address));

describe('ordersQueryOf', () => {
  it.each(['', 'status=shipped', 'status=cancelled&page=3', 'page=2'])(
    'reads what ordersAddressOf writes: %s',
    (address) => {
      expect(ordersAddressOf(queryOf(address))).toBe(
        address ? `/orders?${address}` : '/orders',
      );
    },
  );

  it.each(['status=lost', 'page=0', 'page=1.5', 'page=many', 'page=1e300'])(
    'ignores %s',
    (address) => {
      expect(ordersAddressOf(queryOf(address))).toBe('/orders');
    },
  );
});

const change = (
  status: 'pending' | 'confirmed' | 'shipped' | 'cancelled',
  reason?: string,
) => ({
  status,
  changed_at: '2026-01-31T12:00:00Z',
  changed_by: null,
  reason: reason ?? null,
});

describe('stepsOf', () => {
  it('shows the steps that are still to come', () => {
    const steps = stepsOf([change('pending'), change('confirmed')]);
    expect(steps.map(({ status, at }) => [status, at !== undefined])).toEqual([
      ['pending', true],
      ['confirmed', true],
      ['shipped', false],
      ['delivered', false],
    ]);
  });

  it('ends with a cancellation and its reason', () => {
    const steps = stepsOf([change('pending'), change('cancelled', 'insufficient_stock')]);
    expect(steps.at(-1)).toMatchObject({
      status: 'cancelled',
      reason: 'insufficient_stock',
    });
  });

  it('shows the whole way of an order without history', () => {
    expect(stepsOf([])).toHaveLength(4);
  });
});

describe('isCancellable', () => {
  it('is true until the order is shipped', () => {
    expect(
      ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'].map((status) =>
        isCancellable(status as 'pending'),
      ),
    ).toEqual([true, true, false, false, false]);
  });
});
