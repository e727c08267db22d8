import { failure } from '$lib/api/testing';
import type { Cart } from '$lib/cart/cart.svelte';

import { Checkout } from './checkout.svelte';
import { getOrder, postOrder } from './orders';
import { putBackRejected } from './placed';
import { order, addLamps, cartWithLamps, placed, USER } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const get = vi.mocked(getOrder);
const REJECTED = order('cancelled', 'insufficient_stock');

describe('Checkout, after an order was sent', () => {
  let cart: Cart;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
  });

  /** Orders, and leaves while the order is being confirmed. */
  async function leftPending(): Promise<void> {
    post.mockResolvedValue(order('pending'));
    const left = new Checkout(cart, USER);
    void left.place('London');
    await vi.advanceTimersByTimeAsync(0);
    left.close();
    await vi.runAllTimersAsync();
  }

  it('puts the goods back if the order is rejected later', async () => {
    post.mockResolvedValue(order('pending'));
    get.mockResolvedValue(REJECTED);
    await placed(new Checkout(cart, USER));
    expect(cart.quantityOf(1)).toBe(2);
  });

  it('shows an order that was rejected after its customer had left', async () => {
    await leftPending();
    get.mockResolvedValue(REJECTED);
    const later = new Checkout(cart, USER);
    await later.resume();
    expect(later.state).toMatchObject({ is: 'placed', order: { status: 'cancelled' } });
    expect(cart.quantityOf(1)).toBe(2);
  });

  it('shows a rejected order beside a new cart', async () => {
    await leftPending();
    addLamps(cart);
    get.mockResolvedValue(REJECTED);
    const later = new Checkout(cart, USER);
    await later.resume();
    expect(later.state).toMatchObject({ is: 'placed', order: { status: 'cancelled' } });
  });

  it('puts goods back on the page of the cart, once', async () => {
    await leftPending();
    get.mockResolvedValue(REJECTED);
    expect(await putBackRejected(cart, USER)).toBeDefined();
    cart.remove(1);
    expect(await putBackRejected(cart, USER)).toBeUndefined();
    expect(cart.lines).toEqual([]);
  });

  it('leaves the cart alone while the order is being confirmed', async () => {
    await leftPending();
    get.mockResolvedValue(order('pending'));
    expect(await putBackRejected(cart, USER)).toBeUndefined();
    get.mockResolvedValue(REJECTED);
    expect(await putBackRejected(cart, USER)).toBeDefined();
  });

  it('leaves an order alone that the customer has placed meanwhile', async () => {
    await leftPending();
    addLamps(cart);
    let found: (outcome: ReturnType<typeof order>) => void = () => {};
    get.mockReturnValueOnce(new Promise((resolve) => (found = resolve)));
    const later = new Checkout(cart, USER);
    const resuming = later.resume();
    post.mockResolvedValue(order('confirmed', null, 2));
    await later.place('London');
    found(REJECTED);
    await resuming;
    expect(later.state).toMatchObject({ is: 'placed', order: { id: 2 } });
    expect(cart.lines).toEqual([]);
  });

  it('shows the order as it was if it cannot be looked up', async () => {
    post.mockResolvedValue(order('confirmed'));
    await new Checkout(cart, USER).place('London');
    get.mockResolvedValue(failure('unavailable'));
    const later = new Checkout(cart, USER);
    await later.resume();
    expect(later.state).toMatchObject({ is: 'placed', order: { status: 'confirmed' } });
  });

  it.each(['confirmed', 'pending'] as const)(
    'shows no %s order that its customer has cancelled',
    async (status) => {
      post.mockResolvedValue(order(status));
      get.mockResolvedValue(order('cancelled'));
      await placed(new Checkout(cart, USER));
      const later = new Checkout(cart, USER);
      await later.resume();
      expect(later.state.is).toBe('open');
      expect(cart.lines).toEqual([]);
    },
  );
});
