import type { Cart } from '$lib/cart/cart.svelte';

import { openAttempts } from './attempt';
import { Checkout } from './checkout.svelte';
import { findOrder, postOrder } from './orders';
import { cartWithLamps, order, USER } from './testing';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const find = vi.mocked(findOrder);

describe('Checkout after an order whose answer was lost', () => {
  let cart: Cart;

  const isThere = () => {
    const placed = order('confirmed');
    find.mockResolvedValue(placed.ok ? placed.value : undefined);
  };

  /** Returns to the checkout with another cart. */
  async function visit(): Promise<Checkout> {
    const checkout = new Checkout(cart, USER);
    await checkout.resume();
    return checkout;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
    post.mockReturnValueOnce(new Promise(() => {}));
    void new Checkout(cart, USER).place('London');
    cart.setQuantity(1, 3);
  });

  it('shows the order, and takes its goods out of the cart', async () => {
    isThere();
    expect((await visit()).state).toMatchObject({ is: 'placed' });
    expect(find.mock.calls[0]?.[0].items).toMatchObject([{ quantity: 2 }]);
    expect(cart.quantityOf(1)).toBe(1);
    expect(openAttempts(USER)).toEqual([]);
  });

  it('shows an order that arrives while the customer is asked', async () => {
    const later = await visit();
    expect(later.state.is).toBe('interrupted');
    isThere();
    await later.discard();
    expect(later.state).toMatchObject({ is: 'placed' });
    expect(post).toHaveBeenCalledTimes(1);
  });
});
