import { failure } from '$lib/api/testing';
import type { Cart } from '$lib/cart/cart.svelte';

import { newAttempt, openAttempts, storeSent } from './attempt';
import { Checkout } from './checkout.svelte';
import { postOrder } from './orders';
import { order, addLamps, cartWithLamps, placed, USER } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const MINUTE_MS = 60_000;

describe('Checkout after an attempt without an outcome', () => {
  let cart: Cart;

  const keys = () => new Set(post.mock.calls.map(([key]) => key));

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
  });

  /** The page is closed before the answer. */
  function interrupt(): void {
    post.mockReturnValueOnce(new Promise(() => {}));
    void new Checkout(cart, USER).place('London');
  }

  async function visit(): Promise<Checkout> {
    const checkout = new Checkout(cart, USER);
    await checkout.resume();
    return checkout;
  }

  it('asks the customer about an old attempt before it sends anything', async () => {
    interrupt();
    vi.setSystemTime(Date.now() + 10 * MINUTE_MS);
    const later = await visit();
    expect(later.state).toMatchObject({ is: 'interrupted' });
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('asks the customer if the cart has changed', async () => {
    interrupt();
    cart.setQuantity(1, 1);
    expect((await visit()).state.is).toBe('interrupted');
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('places an old attempt that the customer still wants, under its key', async () => {
    interrupt();
    cart.setQuantity(1, 1);
    const later = await visit();
    post.mockResolvedValue(order('confirmed'));
    await later.askAgain();
    expect(later.state.is).toBe('placed');
    expect(post.mock.calls[1]?.[1].items).toMatchObject([{ quantity: 2 }]);
    expect(keys().size).toBe(1);
  });

  it('never places an attempt that the customer no longer wants', async () => {
    interrupt();
    cart.setQuantity(1, 1);
    const later = await visit();
    await later.discard();
    expect(later.state.is).toBe('open');
    expect((await visit()).state.is).toBe('open');
    post.mockResolvedValue(order('confirmed'));
    await later.place('London');
    expect(post.mock.calls[1]?.[1].items).toMatchObject([{ quantity: 1 }]);
    expect(keys().size).toBe(2);
  });

  it('asks before it places another order than an open one of another tab', async () => {
    const early = await visit();
    interrupt();
    await early.place('Paris');
    expect(early.state).toMatchObject({ is: 'interrupted' });
    expect(post).toHaveBeenCalledTimes(1);
  });

  it('continues an attempt of another tab after an order in this one', async () => {
    post.mockResolvedValueOnce(order('confirmed'));
    await new Checkout(cart, USER).place('London');
    addLamps(cart);
    interrupt();
    post.mockResolvedValue(order('confirmed'));
    expect((await visit()).state.is).toBe('placed');
    expect(keys().size).toBe(2);
    expect(post).toHaveBeenCalledTimes(3);
  });

  it('asks again under the same key after another tab has settled the attempt', async () => {
    post.mockResolvedValue(failure('timeout'));
    const first = new Checkout(cart, USER);
    await placed(first);
    post.mockResolvedValue(order('confirmed'));
    await visit();
    addLamps(cart);
    await first.askAgain();
    expect(first.state.is).toBe('placed');
    expect(keys().size).toBe(1);
    // They came into the cart after the order.
    expect(cart.quantityOf(1)).toBe(2);
  });

  it('knows the attempts of two tabs apart', async () => {
    let answer: (outcome: ReturnType<typeof order>) => void = () => {};
    post.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const slow = new Checkout(cart, USER);
    const placing = slow.place('London');
    cart.setQuantity(1, 1);
    const other = await visit();
    await other.discard();
    post.mockResolvedValue(failure('timeout'));
    await placed(other);
    answer(order('confirmed'));
    await placing;
    expect(slow.state.is).toBe('placed');
    expect(openAttempts(USER)).toMatchObject([{ body: { items: [{ quantity: 1 }] } }]);
  });

  it('sends nothing more that was discarded in another tab', async () => {
    post.mockResolvedValue(failure('timeout'));
    const waiting = new Checkout(cart, USER);
    await placed(waiting);
    const requests = post.mock.calls.length;
    cart.setQuantity(1, 1);
    await (await visit()).discard();
    await waiting.askAgain();
    expect(waiting.state.is).toBe('open');
    expect(post).toHaveBeenCalledTimes(requests);
  });

  it('shows an order that was placed before the customer discarded it', async () => {
    let answer: (outcome: ReturnType<typeof order>) => void = () => {};
    post.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const slow = new Checkout(cart, USER);
    const placing = slow.place('London');
    cart.setQuantity(1, 3);
    const other = await visit();
    answer(order('confirmed'));
    await placing;
    post.mockResolvedValue(order('confirmed'));
    await other.discard();
    expect(other.state.is).toBe('placed');
    expect(keys().size).toBe(1);
    expect(cart.quantityOf(1)).toBe(1);
  });

  it('asks about each attempt that has no outcome', async () => {
    interrupt();
    vi.setSystemTime(Date.now() + 10 * MINUTE_MS);
    cart.setQuantity(1, 1);
    const later = await visit();
    storeSent(newAttempt(USER, { items: [], shipping_address: 'Paris' }, []));
    await later.discard();
    expect(later.state).toMatchObject({ attempt: { body: { shipping_address: 'Paris' } } });
    await later.discard();
    expect(later.state.is).toBe('open');
  });

  it.each(['interrupted', 'unknown'])(
    'never sends an %s attempt again that the service has forgotten',
    async (state) => {
      post.mockResolvedValue(failure('timeout'));
      const checkout = new Checkout(cart, USER);
      await placed(checkout);
      if (state === 'interrupted') cart.setQuantity(1, 1);
      const later = state === 'interrupted' ? await visit() : checkout;
      expect(later.state.is).toBe(state);
      const requests = post.mock.calls.length;
      vi.setSystemTime(Date.now() + 24 * 60 * MINUTE_MS);
      await later.askAgain();
      expect(later.state.is).toBe('open');
      expect((await visit()).state.is).toBe('open');
      expect(post).toHaveBeenCalledTimes(requests);
    },
  );
});
