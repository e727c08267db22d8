/**
 * The attempt to place one order, kept in this browser until its outcome is known.
 *
 * The key makes all requests of one attempt the same order: a double click, a reload, a lost
 * answer and another tab never order twice.
 */
import type { OrderCreate } from '$lib/api';
import { newIdempotencyKey } from '$lib/api/idempotency-key';
import { kept } from '$lib/browser/storage.svelte';
import type { CartLine } from '$lib/cart';

const KEY = 'pannier.checkout.attempt';
// The service remembers keys for a day: later the same request would be another order.
const LIFETIME_MS = 23 * 3600 * 1000;
// Longer than a reload takes, and shorter than a customer needs to change their mind.
const RECENT_MS = 5 * 60 * 1000;

export interface Attempt {
  userId: number;
  key: string;
  body: OrderCreate;
  /** What the cart held, to take it out, and to put it back if the order is rejected later. */
  lines: readonly CartLine[];
  begunAt: number;
  /** When the last request was sent; absent if the service has said that it ordered nothing. */
  unansweredSince?: number;
}

export function newAttempt(
  userId: number,
  body: OrderCreate,
  lines: readonly CartLine[],
): Attempt {
  return { userId, key: newIdempotencyKey(), body, lines, begunAt: Date.now() };
}

/** Returns the attempt of any tab that has not been settled. */
export function openAttempt(userId: number): Attempt | undefined {
  try {
    const attempt = JSON.parse(kept.get(KEY) ?? 'null') as Attempt | null;
    const isOwn = attempt?.userId === userId && Boolean(attempt.key);
    return attempt && isOwn && !isExpired(attempt) ? attempt : undefined;
  } catch {
    return undefined;
  }
}

export function isExpired(attempt: Attempt): boolean {
  return Date.now() - attempt.begunAt > LIFETIME_MS;
}

/** Whether the customer still waits for this order, after a reload for example. */
export function isRecent(attempt: Attempt): boolean {
  return Date.now() - (attempt.unansweredSince ?? 0) < RECENT_MS;
}

/** Stores that a request is being sent: a page that is loaded now asks what became of it. */
export function storeSent(attempt: Attempt): Attempt {
  const sent = { ...attempt, unansweredSince: Date.now() };
  kept.set(KEY, JSON.stringify(sent));
  return sent;
}

/**
 * Stores what is known now, nothing once the attempt is settled. Returns false, and stores
 * nothing, if another page has gone on with this attempt or has begun another.
 */
export function replaceAttempt(former: Attempt, known?: Attempt): boolean {
  if (kept.get(KEY) !== JSON.stringify(former)) return false;
  if (known) kept.set(KEY, JSON.stringify(known));
  else kept.remove(KEY);
  return true;
}
