import type { Cart } from '$lib/cart/cart.svelte';

import { order } from './answers';
import { Checkout } from './checkout.svelte';
import { cartWithLamps, placed, USER } from './customer';
import { getOrder, postOrder } from './orders';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const get = vi.mocked(getOrder);

describe('Checkout, after an order was sent', () => {
  let cart: Cart;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = cartWithLamps();
  });

  it('puts the goods back if the order is rejected later', async () => {
    post.mockResolvedValue(order('pending'));
    get.mockResolvedValue(order('cancelled'));
    await placed(new Checkout(cart, USER));
    expect(cart.quantityOf(1)).toBe(2);
  });

  it('shows no order that its customer has cancelled', async () => {
    post.mockResolvedValue(order('confirmed'));
    await new Checkout(cart, USER).place('London');
    get.mockResolvedValue(order('cancelled'));
    const later = new Checkout(cart, USER);
    await later.resume();
    expect(later.state.is).toBe('open');
  });

  it('never sends an attempt again that the service has forgotten', async () => {
    post.mockReturnValueOnce(new Promise(() => {}));
    void new Checkout(cart, USER).place('London');
    vi.setSystemTime(Date.now() + 24 * 3600 * 1000);
    const later = new Checkout(cart, USER);
    await later.resume();
    expect(later.state.is).toBe('open');
    expect(post).toHaveBeenCalledTimes(1);
  });
});
