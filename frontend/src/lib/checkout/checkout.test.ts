import { failure } from '$lib/api/testing';
import type { Cart } from '$lib/cart/cart.svelte';

import { Checkout } from './checkout.svelte';
import { getOrder, postOrder } from './orders';
import { order, cartWithLamps, placed, USER } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const get = vi.mocked(getOrder);

describe('Checkout', () => {
  let cart: Cart;

  const keys = () => post.mock.calls.map(([key]) => key);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
  });

  it('orders at the prices that the customer saw, and empties the cart', async () => {
    post.mockResolvedValue(order('confirmed'));
    const checkout = new Checkout(cart, USER);
    await checkout.place('London');
    const items = [{ product_id: 1, quantity: 2, unit_price: '44.90' }];
    expect(post.mock.calls[0]?.[1]).toEqual({ items, shipping_address: 'London' });
    expect(checkout.state.is).toBe('placed');
    expect(cart.lines).toEqual([]);
  });

  it('sends one request for a double click', async () => {
    post.mockResolvedValue(order('confirmed'));
    const checkout = new Checkout(cart, USER);
    await Promise.all([checkout.place('London'), checkout.place('London')]);
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('repeats a request without an answer under the same key', async () => {
    post
      .mockResolvedValueOnce(failure('timeout'))
      .mockResolvedValueOnce(order('confirmed'));
    await placed(new Checkout(cart, USER));
    expect(new Set(keys()).size).toBe(1);
    expect(post).toHaveBeenCalledTimes(2);
    expect(cart.lines).toEqual([]);
  });

  it('asks again after a reload under the same key', async () => {
    post.mockReturnValueOnce(new Promise(() => {}));
    void new Checkout(cart, USER).place('London');
    post.mockResolvedValueOnce(order('confirmed'));
    const reloaded = new Checkout(cart, USER);
    await reloaded.resume();
    expect(reloaded.state.is).toBe('placed');
    expect(new Set(keys()).size).toBe(1);
  });

  it('shows the placed order again after a reload, and orders nothing', async () => {
    post.mockResolvedValue(order('confirmed'));
    await new Checkout(cart, USER).place('London');
    get.mockResolvedValue(order('confirmed'));
    const reloaded = new Checkout(cart, USER);
    await reloaded.resume();
    expect(reloaded.state.is).toBe('placed');
    expect(post).toHaveBeenCalledTimes(1);
  });

  it.each(['signed-out', 'unavailable', 'too-many'] as const)(
    'keeps the key if a lost answer is followed by %s',
    async (kind) => {
      post.mockResolvedValueOnce(failure('offline')).mockResolvedValue(failure(kind));
      const checkout = new Checkout(cart, USER);
      await placed(checkout);
      expect(checkout.state.is).toBe('unknown');
      post.mockResolvedValue(order('confirmed'));
      await checkout.askAgain();
      expect(new Set(keys()).size).toBe(1);
      expect(checkout.state.is).toBe('placed');
    },
  );

  it('begins another attempt after a rejection', async () => {
    const short = { code: 'insufficient_stock', productId: 1, requested: 2, available: 1 };
    post.mockResolvedValueOnce(failure('conflict', 'insufficient_stock', [short]));
    const checkout = new Checkout(cart, USER);
    await checkout.place('London');
    expect(checkout.state).toMatchObject({ is: 'rejected' });
    cart.setQuantity(1, 1);
    checkout.decided(1);
    expect(checkout.state.is).toBe('open');
    post.mockResolvedValueOnce(order('confirmed'));
    await checkout.place('London');
    expect(new Set(keys()).size).toBe(2);
  });

  it('begins another attempt for another cart', async () => {
    post.mockResolvedValue(failure('too-many'));
    const checkout = new Checkout(cart, USER);
    await checkout.place('London');
    cart.setQuantity(1, 1);
    await checkout.place('London');
    expect(new Set(keys()).size).toBe(2);
  });

  it('does not continue the attempt of another user', async () => {
    post.mockReturnValueOnce(new Promise(() => {}));
    void new Checkout(cart, USER).place('London');
    await new Checkout(cart, 8).resume();
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('waits while the same request is in progress', async () => {
    post.mockResolvedValueOnce(failure('conflict', 'request_in_progress'));
    post.mockResolvedValueOnce(order('confirmed'));
    const checkout = new Checkout(cart, USER);
    await placed(checkout);
    expect(checkout.state.is).toBe('placed');
  });

  it('follows a pending order until it is settled', async () => {
    post.mockResolvedValue(order('pending'));
    get.mockResolvedValueOnce(order('pending')).mockResolvedValueOnce(order('confirmed'));
    const checkout = new Checkout(cart, USER);
    void checkout.place('London');
    await vi.advanceTimersByTimeAsync(0);
    expect(checkout.state).toMatchObject({ order: { status: 'pending' } });
    await vi.runAllTimersAsync();
    expect(checkout.state).toMatchObject({ order: { status: 'confirmed' } });
  });

  it('stops following when the page is left', async () => {
    post.mockResolvedValue(order('pending'));
    const checkout = new Checkout(cart, USER);
    void checkout.place('London');
    await vi.advanceTimersByTimeAsync(0);
    checkout.close();
    await vi.runAllTimersAsync();
    expect(get).not.toHaveBeenCalled();
  });
});
