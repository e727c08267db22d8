import { failure } from '$lib/api/testing';
import { connection } from '$lib/api/connection.svelte';
import type { Cart } from '$lib/cart/cart.svelte';

import { Checkout } from './checkout.svelte';
import { postOrder } from './orders';
import { order, cartWithLamps } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);

describe('Checkout without a connection', () => {
  let checkout: Checkout;
  let isThere: boolean;
  let cart: Cart;

  const request = () =>
    isThere ? Promise.resolve(new Response()) : Promise.reject(new TypeError());
  const tryConnection = () => connection.watch(request()).catch(() => undefined);

  /** Orders, and loses the connection together with the answer. */
  async function loseAnswer(): Promise<void> {
    isThere = true;
    await tryConnection();
    post.mockImplementation(async () => {
      isThere = false;
      await tryConnection();
      return failure('offline');
    });
    const placing = checkout.place('London');
    // After one repetition, because most losses are short.
    await vi.advanceTimersByTimeAsync(1_000);
    await placing;
  }

  beforeEach(async () => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    vi.stubGlobal('fetch', request);
    isThere = false;
    await tryConnection();
    cart = cartWithLamps();
    checkout = new Checkout(cart, 7);
  });

  afterEach(async () => {
    isThere = true;
    await tryConnection();
  });

  it('sends no order, now or later', async () => {
    await checkout.place('London');
    expect(checkout.state).toMatchObject({ is: 'failed', problem: { kind: 'offline' } });
    isThere = true;
    await tryConnection();
    expect(post).not.toHaveBeenCalled();
  });

  it('sends the order if the connection has just come back', async () => {
    post.mockResolvedValue(order('confirmed'));
    isThere = true;
    await checkout.place('London');
    expect(checkout.state.is).toBe('placed');
  });

  it('sends no order if the customer leaves while the connection is looked for', async () => {
    isThere = true;
    const placing = checkout.place('London');
    checkout.close();
    await placing;
    expect(post).not.toHaveBeenCalled();
  });

  it('sends the cart that the customer saw, not a later one', async () => {
    post.mockResolvedValue(order('confirmed'));
    isThere = true;
    const placing = checkout.place('London');
    cart.setQuantity(1, 9);
    await placing;
    expect(post.mock.calls[0]?.[1].items).toMatchObject([{ product_id: 1, quantity: 2 }]);
  });

  it('asks for a lost answer when the connection is back, under the same key', async () => {
    await loseAnswer();
    expect(checkout.state.is).toBe('unknown');

    post.mockResolvedValue(order('confirmed'));
    isThere = true;
    await tryConnection();
    await vi.waitFor(() => expect(checkout.state.is).toBe('placed'));
    expect(new Set(post.mock.calls.map(([key]) => key)).size).toBe(1);
  });

  it('asks the customer first if the connection is back hours later', async () => {
    await loseAnswer();
    const { length } = post.mock.calls;

    vi.setSystemTime(Date.now() + 3 * 3600 * 1000);
    isThere = true;
    await tryConnection();
    expect(checkout.state.is).toBe('interrupted');
    expect(post).toHaveBeenCalledTimes(length);
  });

  it('asks for nothing after the page is left', async () => {
    isThere = true;
    await tryConnection();
    post.mockResolvedValue(failure('offline'));
    const placing = checkout.place('London');
    await vi.advanceTimersByTimeAsync(5_000);
    await placing;
    const { length } = post.mock.calls;
    checkout.close();
    isThere = false;
    await tryConnection();
    isThere = true;
    await tryConnection();
    expect(post).toHaveBeenCalledTimes(length);
  });
});
