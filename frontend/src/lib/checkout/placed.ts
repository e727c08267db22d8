/** The order that this tab has placed, kept to show it again after a reload. */
import type { Order } from '$lib/api';
import { keptInTab } from '$lib/browser/storage.svelte';
import type { Cart, CartLine } from '$lib/cart';

import { getOrder } from './orders';

const KEY = 'pannier.checkout.placed';

export type PlacedOrder = Pick<
  Order,
  'id' | 'order_number' | 'status' | 'total_amount' | 'reason'
>;

export interface Placed {
  userId: number;
  order: PlacedOrder;
  /** The lines of the cart, to put them back if the order is rejected later. */
  lines: readonly CartLine[];
}

export function storedPlaced(userId: number): Placed | undefined {
  try {
    const placed = JSON.parse(keptInTab.get(KEY) ?? 'null') as Placed | null;
    return placed?.userId === userId ? placed : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what the page shows of an order, and no address. */
export function storePlaced({ userId, order, lines }: Placed): void {
  const { id, order_number, status, total_amount, reason } = order;
  const shown: PlacedOrder = { id, order_number, status, total_amount, reason };
  keptInTab.set(KEY, JSON.stringify({ userId, order: shown, lines }));
}

export function forgetPlaced(): void {
  keptInTab.remove(KEY);
}

/** The shop has cancelled the order, not its customer. */
export function isRejected({ status, reason }: PlacedOrder): boolean {
  return status === 'cancelled' && reason !== null;
}

/**
 * Returns the order as it is now, or as it was last known. The goods of an order that was
 * rejected go back into the cart, whose check explains what is missing.
 */
export async function lookUp(placed: Placed, cart: Cart): Promise<PlacedOrder> {
  const outcome = await getOrder(placed.order.id);
  if (!outcome.ok) return placed.order;
  const order = outcome.value;
  // Meanwhile this tab may have placed another order.
  if (storedPlaced(placed.userId)?.order.id !== order.id) return order;
  if (order.status !== 'cancelled') storePlaced({ ...placed, order });
  else {
    forgetPlaced();
    if (isRejected(order)) cart.putBack(placed.lines);
  }
  return order;
}

/** Puts the goods of an order back that was rejected after the customer had left. */
export async function putBackRejected(
  cart: Cart,
  userId: number,
): Promise<PlacedOrder | undefined> {
  const placed = storedPlaced(userId);
  if (placed?.order.status !== 'pending') return undefined;
  const order = await lookUp(placed, cart);
  return isRejected(order) ? order : undefined;
}
