/** The way of an order: what has happened, and what is still to come. */
import type { OrderStatus } from '$lib/api';

import type { OrderChange } from './orders';

export interface Step {
  status: OrderStatus;
  /** Undefined for a step that is still to come. */
  at: string | undefined;
  reason: string | null;
}

const WAY: OrderStatus[] = ['pending', 'confirmed', 'shipped', 'delivered'];

/** Returns the changes, then the steps to delivery, unless the order is cancelled. */
export function stepsOf(changes: OrderChange[]): Step[] {
  const done = changes.map(({ status, changed_at, reason }) => ({
    status,
    at: changed_at,
    reason,
  }));
  const reached = WAY.indexOf(changes.at(-1)?.status ?? 'pending');
  if (changes.length > 0 && reached < 0) return done;
  const next = changes.length > 0 ? reached + 1 : 0;
  const coming = WAY.slice(next).map((status) => ({ status, at: undefined, reason: null }));
  return [...done, ...coming];
}

/** An order can be cancelled until it is shipped. */
export function isCancellable(status: OrderStatus): boolean {
  return status === 'pending' || status === 'confirmed';
}
