/** Answers of order-service and a customer at the checkout, for tests with fake timers. */
import type { Order, Outcome, Product } from '$lib/api';
import { Cart } from '$lib/cart/cart.svelte';

import type { Checkout } from './checkout.svelte';

export const USER = 7;

/** Puts two more lamps in the cart. */
export function addLamps(cart: Cart): void {
  cart.add({ id: 1, name: 'Lamp', price: '44.90', quantity: 9 } as Product, 2);
}

export function cartWithLamps(): Cart {
  const cart = new Cart();
  addLamps(cart);
  return cart;
}

/** Orders, and waits through all repetitions. */
export async function placed(checkout: Checkout): Promise<void> {
  const placing = checkout.place('London');
  await vi.runAllTimersAsync();
  await placing;
}

export function order(
  status: Order['status'],
  reason: string | null = null,
  id = 1,
): Outcome<Order> {
  const value = { id, order_number: 'ORD-1', status, reason } as Order;
  return {
    ok: true,
    value,
    status: status === 'pending' ? 202 : 201,
    headers: new Headers(),
  };
}
