import { failure } from '$lib/api/testing';
import type { Cart } from '$lib/cart/cart.svelte';

import { Checkout } from './checkout.svelte';
import { postOrder } from './orders';
import { order, addLamps, cartWithLamps, placed, USER } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);

describe('Checkout while its service is out of order', () => {
  let cart: Cart;

  const keys = () => post.mock.calls.map(([key]) => key);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
  });

  it('repeats a request', async () => {
    post
      .mockResolvedValueOnce(failure('unavailable'))
      .mockResolvedValueOnce(order('confirmed'));
    const checkout = new Checkout(cart, USER);
    await placed(checkout);
    expect(checkout.state.is).toBe('placed');
    expect(new Set(keys()).size).toBe(1);
  });

  it('says in the end that nothing was ordered', async () => {
    post.mockResolvedValue(failure('unavailable'));
    const checkout = new Checkout(cart, USER);
    await placed(checkout);
    expect(checkout.state.is).toBe('failed');
    expect(cart.pieces).toBe(2);
    const requests = post.mock.calls.length;
    const reloaded = new Checkout(cart, USER);
    await reloaded.resume();
    expect(post).toHaveBeenCalledTimes(requests);
  });

  it('sends nothing more when the customer leaves', async () => {
    post.mockResolvedValue(failure('unavailable'));
    const left = new Checkout(cart, USER);
    const placing = left.place('London');
    await vi.advanceTimersByTimeAsync(0);
    left.close();
    const next = new Checkout(cart, USER);
    await next.resume();
    await vi.runAllTimersAsync();
    await placing;
    expect(post).toHaveBeenCalledTimes(1);
    expect(next.state.is).toBe('open');
  });

  it('leaves the attempt to the page that follows', async () => {
    post.mockResolvedValueOnce(failure('timeout')).mockResolvedValue(order('confirmed'));
    const left = new Checkout(cart, USER);
    const placing = left.place('London');
    await vi.advanceTimersByTimeAsync(0);
    left.close();
    await new Checkout(cart, USER).resume();
    await vi.runAllTimersAsync();
    await placing;
    addLamps(cart);
    await new Checkout(cart, USER).place('London');
    expect(new Set(keys()).size).toBe(2);
  });

  it('says that the outcome is unknown if a repetition has no answer', async () => {
    post
      .mockResolvedValueOnce(failure('unavailable'))
      .mockResolvedValue(failure('timeout'));
    const checkout = new Checkout(cart, USER);
    await placed(checkout);
    expect(checkout.state.is).toBe('unknown');
  });
});
