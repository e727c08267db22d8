import { render, screen } from '@testing-library/svelte';

import type { Order, OrderStatus } from '$lib/api';
import { getOrderWithHistory } from '$lib/orders/orders';
import { session, type User } from '$lib/session';
import { m } from '$lib/texts';

import OrderPage from './[id]/+page.svelte';

vi.mock('$app/state', () => ({ page: { url: new URL('http://shop.test/orders/5') } }));
vi.mock('$app/navigation', () => ({ goto: vi.fn() }));
vi.mock('$lib/orders/orders', { spy: true });

const LOOK_AGAIN_MS = 3_000;

function orderOf(status: OrderStatus): Order {
  return {
    id: 5,
    order_number: 'ORD-5',
    status,
    items: [],
    total_price: '0.00',
    created_at: '2026-11-29T12:00:00Z',
    shipping_address: 'London',
  } as unknown as Order;
}

async function open(status: OrderStatus) {
  const value = { order: orderOf(status), changes: [] };
  const answer = { ok: true as const, value, status: 200, headers: new Headers() };
  vi.mocked(getOrderWithHistory).mockReset().mockResolvedValue(answer);
  render(OrderPage, { data: { id: 5 }, params: { id: '5' } });
  expect(await screen.findByRole('heading', { name: 'ORD-5' })).toBeVisible();
}

describe('the page of an order, after a sign-out', () => {
  beforeEach(() => {
    session.user = { id: 7, username: 'ada', role: 'customer' } as User;
    session.status = 'signed-in';
  });

  afterEach(() => {
    session.status = 'anonymous';
    session.user = undefined;
  });

  it('does not name the order, nor its status', async () => {
    await open('shipped');
    session.status = 'anonymous';
    expect(await screen.findByRole('heading', { name: m.order_title() })).toBeVisible();
    expect(document.title).not.toContain('ORD-5');
    expect(document.body).not.toHaveTextContent(/ORD-5|shipped/i);
  });

  it('does not look again for a pending order', async () => {
    vi.useFakeTimers();
    await open('pending');
    session.status = 'anonymous';
    await vi.advanceTimersByTimeAsync(2 * LOOK_AGAIN_MS);
    expect(getOrderWithHistory).toHaveBeenCalledOnce();
  });
});
