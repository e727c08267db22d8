/** Sends an attempt to place an order, and says what became of it. */
import type { Order, Problem } from '$lib/api';
import { connection } from '$lib/api/connection.svelte';
import { rejectedChanges, type Changes } from '$lib/cart/check';

import { forget, statusOf, storeSent, type Attempt } from './attempt';
import { postOrder } from './orders';
import { isFinal, isUndecided, isWorthRepeating } from './refusals';

export type Answer =
  | { is: 'placed'; order: Order }
  /** Each item is sold out, dearer or unknown: nothing was ordered. */
  | { is: 'rejected'; changes: Changes }
  | { is: 'failed'; attempt: Attempt; problem: Problem }
  /** An answer was lost: only asking again is safe. */
  | { is: 'unknown'; attempt: Attempt; problem: Problem }
  /** The customer has discarded the attempt in another tab, or it is too old. */
  | { is: 'discarded' };

const RETRY_AFTER_MS = [1000, 3000];

/** Sends the order, three times at most, until an answer says what became of it. */
export async function sendOrder(
  attempt: Attempt,
  isClosed: () => boolean,
): Promise<Answer> {
  let answer = await send(attempt);
  for (const delay of RETRY_AFTER_MS) {
    if (answer.is !== 'unknown' && answer.is !== 'failed') break;
    if (!isWorthRepeating(answer.problem) || isClosed()) break;
    await pause(delay);
    if (isClosed()) break;
    answer = await send(answer.attempt);
    // The customer learns it at once, and the page asks when it is back.
    if (connection.isLost) break;
  }
  return answer;
}

async function send(attempt: Attempt): Promise<Answer> {
  const isRepeated = attempt.sentAt !== undefined;
  const known = statusOf(attempt);
  if (isRepeated && known !== 'open' && known !== 'placed') return { is: 'discarded' };
  const sent = storeSent(attempt);
  const outcome = await postOrder(attempt.key, attempt.body);
  if (outcome.ok) return { is: 'placed', order: outcome.value };
  const { problem } = outcome;
  const changes = rejectedChanges(problem.rejected);
  const isDefinite = changes.size > 0 || isFinal(problem);
  // After a lost answer, other refusals say nothing about the request before it.
  if (!isDefinite && (isRepeated || isUndecided(problem)))
    return { is: 'unknown', attempt: sent, problem };
  forget(sent);
  return changes.size > 0
    ? { is: 'rejected', changes }
    : { is: 'failed', attempt, problem };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
