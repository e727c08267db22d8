/**
 * The attempt to place one order, kept in this tab until its outcome is known.
 *
 * The key makes all requests of one attempt the same order: a double click, a reload and a
 * lost answer never order twice.
 */
import type { OrderCreate } from '$lib/api';
import { newIdempotencyKey } from '$lib/api/idempotency-key';

const KEY = 'pannier.checkout.attempt';

export interface Attempt {
  userId: number;
  key: string;
  body: OrderCreate;
  /** A request was sent, and no answer has said what became of it. */
  isUnknown: boolean;
  /** The order, once it is placed. */
  orderId?: number;
}

export function storedAttempt(userId: number): Attempt | undefined {
  try {
    const attempt = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Attempt | null;
    return attempt?.userId === userId && attempt.key ? attempt : undefined;
  } catch {
    return undefined;
  }
}

export function storeAttempt(attempt: Attempt): void {
  sessionStorage.setItem(KEY, JSON.stringify(attempt));
}

export function forgetAttempt(): void {
  sessionStorage.removeItem(KEY);
}

/** Continues the stored attempt if it is the same order, else begins another. */
export function attemptFor(userId: number, body: OrderCreate): Attempt {
  const stored = storedAttempt(userId);
  const isSame = stored && JSON.stringify(stored.body) === JSON.stringify(body);
  if (isSame && stored.orderId === undefined) return stored;
  return { userId, key: newIdempotencyKey(), body, isUnknown: false };
}
