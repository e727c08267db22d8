/**
 * The attempt to place one order, kept in this browser until its outcome is known.
 *
 * The key makes all requests of one attempt the same order: a double click, a reload, a lost
 * answer and another tab never order twice.
 */
import type { OrderCreate } from '$lib/api';
import { newIdempotencyKey } from '$lib/api/idempotency-key';
import { kept, keptInTab } from '$lib/browser/storage.svelte';
import type { CartLine } from '$lib/cart';

const KEY = 'pannier.checkout.attempt';
// The service remembers keys for a day: later the same request would be another order.
const LIFETIME_MS = 23 * 3600 * 1000;

export interface Attempt {
  userId: number;
  key: string;
  body: OrderCreate;
  /** What the cart held, to put it back if the order is rejected later. */
  lines: readonly CartLine[];
  begunAt: number;
  /** A request was sent, and no answer has said what became of it. */
  isUnknown: boolean;
  /** The order, once it is placed. */
  orderId?: number;
}

export function storedAttempt(userId: number): Attempt | undefined {
  const stored = keptInTab.get(KEY) ?? kept.get(KEY) ?? 'null';
  try {
    const attempt = JSON.parse(stored) as Attempt | null;
    const isOwn = attempt?.userId === userId && Boolean(attempt.key);
    const isOld = Date.now() - (attempt?.begunAt ?? 0) > LIFETIME_MS;
    return attempt && isOwn && !isOld ? attempt : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps an attempt for all tabs; a placed order is shown in its own tab only. */
export function storeAttempt(attempt: Attempt): void {
  forgetAttempt();
  const store = attempt.orderId === undefined ? kept : keptInTab;
  store.set(KEY, JSON.stringify(attempt));
}

export function forgetAttempt(): void {
  keptInTab.remove(KEY);
  kept.remove(KEY);
}

/** Continues the stored attempt if it is the same order, else begins another. */
export function attemptFor(
  userId: number,
  body: OrderCreate,
  lines: readonly CartLine[],
): Attempt {
  const stored = storedAttempt(userId);
  const isSame = stored && JSON.stringify(stored.body) === JSON.stringify(body);
  if (isSame && stored.orderId === undefined) return stored;
  const begunAt = Date.now();
  return { userId, key: newIdempotencyKey(), body, lines, begunAt, isUnknown: false };
}
