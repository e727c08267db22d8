import type { Product } from '$lib/api';
import { Cart } from '$lib/cart/cart.svelte';

import { order } from './answers';
import { Checkout } from './checkout.svelte';
import { getOrder, postOrder } from './orders';

vi.mock('./orders');

const post = vi.mocked(postOrder);
const get = vi.mocked(getOrder);
const USER = 7;

describe('Checkout, after an order was sent', () => {
  let cart: Cart;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    cart = new Cart();
    cart.add({ id: 1, name: 'Lamp', price: '44.90', quantity: 9 } as Product, 2);
  });

  it('puts the goods back if the order is rejected later', async () => {
    post.mockResolvedValue(order('pending'));
    get.mockResolvedValue(order('cancelled'));
    const placing = new Checkout(cart, USER).place('London');
    await vi.runAllTimersAsync();
    await placing;
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
