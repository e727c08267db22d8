/**
 * The attempts to place an order, kept in this browser while an outcome is unknown.
 *
 * The key makes all requests of one attempt the same order: a double click, a reload, a lost
 * answer and another tab never order twice. Signing out removes all of them.
 */
import type { OrderCreate } from '$lib/api';
import { newIdempotencyKey } from '$lib/api/idempotency-key';
import { kept } from '$lib/browser/storage.svelte';
import type { CartLine } from '$lib/cart';

const PREFIX = 'pannier.checkout.attempt.';
// The service remembers keys for a day: later the same request would be another order.
const LIFETIME_MS = 23 * 3600 * 1000;
// Longer than a reload takes, and shorter than a customer needs to change their mind.
const RECENT_MS = 5 * 60 * 1000;

export interface Attempt {
  userId: number;
  key: string;
  body: OrderCreate;
  /** The lines of the cart, to take them out, and to put them back after a late rejection. */
  lines: readonly CartLine[];
  begunAt: number;
  /** When the last request was sent. */
  sentAt?: number;
}

/** The rest of an attempt, which keeps other tabs from sending it again. */
type Settled = Pick<Attempt, 'userId' | 'key' | 'begunAt'> & {
  outcome: 'placed' | 'discarded';
};

export function newAttempt(
  userId: number,
  body: OrderCreate,
  lines: readonly CartLine[],
): Attempt {
  return { userId, key: newIdempotencyKey(), body, lines, begunAt: Date.now() };
}

/** Returns the user's attempts without an outcome, the newest first. */
export function openAttempts(userId: number): Attempt[] {
  return kept
    .keys(PREFIX)
    .map((key) => read(key))
    .filter((stored): stored is Attempt => stored !== undefined && !('outcome' in stored))
    .filter((attempt) => attempt.userId === userId)
    .sort((one, other) => other.begunAt - one.begunAt);
}

/** Returns what any tab knows of an attempt; nothing if it is not stored, or too old. */
export function statusOf({ key }: Attempt): Settled['outcome'] | 'open' | undefined {
  const stored = read(PREFIX + key);
  return stored && ('outcome' in stored ? stored.outcome : 'open');
}

/** Whether the customer still waits for this order, after a reload for example. */
export function isRecent(attempt: Attempt): boolean {
  return Date.now() - (attempt.sentAt ?? 0) < RECENT_MS;
}

/** Stores that a request is being sent: a page that is loaded now asks what became of it. */
export function storeSent(attempt: Attempt): Attempt {
  const sent = { ...attempt, sentAt: Date.now() };
  if (statusOf(attempt) !== 'placed') store(sent);
  return sent;
}

/** Returns whether this is news: the page that learns it first takes the goods out. */
export function settlePlaced(attempt: Attempt): boolean {
  const isNew = statusOf(attempt) !== 'placed';
  settle(attempt, 'placed');
  return isNew;
}

export function settle(
  { userId, key, begunAt }: Attempt,
  outcome: Settled['outcome'],
): void {
  store({ userId, key, begunAt, outcome });
}

/** Forgets an attempt that has ordered nothing, unless another page has sent it again. */
export function forget({ key, sentAt }: Attempt): void {
  const stored = read(PREFIX + key);
  if (stored && 'sentAt' in stored && stored.sentAt === sentAt) kept.remove(PREFIX + key);
}

function store(attempt: Attempt | Settled): void {
  kept.set(PREFIX + attempt.key, JSON.stringify(attempt));
}

function read(key: string): Attempt | Settled | undefined {
  try {
    const stored = JSON.parse(kept.get(key) ?? 'null') as Attempt | Settled | null;
    if (stored && Date.now() - stored.begunAt < LIFETIME_MS) return stored;
    kept.remove(key);
  } catch {
    // Somebody else wrote it.
  }
  return undefined;
}
