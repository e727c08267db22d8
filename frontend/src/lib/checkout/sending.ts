/** Sends an attempt to place an order, and says what became of it. */
import type { Order, Problem } from '$lib/api';
import { connection } from '$lib/api/connection.svelte';
import { rejectedChanges, type Changes } from '$lib/cart/check';

import { replaceAttempt, storeSent, type Attempt } from './attempt';
import { postOrder } from './orders';
import { isFinal, isUndecided, isWorthRepeating } from './refusals';

export type Answer =
  | { is: 'placed'; attempt: Attempt; order: Order; isNew: boolean }
  /** Each item is sold out, dearer or unknown: nothing was ordered. */
  | { is: 'rejected'; changes: Changes }
  | { is: 'failed'; attempt: Attempt; problem: Problem }
  /** An answer was lost: only asking again is safe. */
  | { is: 'unknown'; attempt: Attempt; problem: Problem };

const RETRY_AFTER_MS = [1000, 3000];

/** Sends the order, three times at most, until an answer says what became of it. */
export async function sendOrder(attempt: Attempt, isLeft: () => boolean): Promise<Answer> {
  let answer = await send(attempt);
  for (const delay of RETRY_AFTER_MS) {
    if (answer.is === 'placed' || answer.is === 'rejected') break;
    if (!isWorthRepeating(answer.problem) || isLeft()) break;
    await pause(delay);
    if (isLeft()) break;
    answer = await send(answer.attempt);
    // The customer learns it at once, and the page asks when it is back.
    if (connection.isLost) break;
  }
  return answer;
}

async function send(attempt: Attempt): Promise<Answer> {
  const sent = storeSent(attempt);
  const outcome = await postOrder(attempt.key, attempt.body);
  if (outcome.ok) {
    // The page that settles an attempt takes its goods out of the cart.
    const isNew = replaceAttempt(sent);
    return { is: 'placed', attempt, order: outcome.value, isNew };
  }
  const { problem } = outcome;
  const changes = rejectedChanges(problem.rejected);
  if (changes.size > 0 || isFinal(problem)) {
    replaceAttempt(sent);
    return changes.size > 0
      ? { is: 'rejected', changes }
      : { is: 'failed', attempt, problem };
  }
  // After a lost answer, a refusal says nothing about the request before it.
  if (attempt.unansweredSince !== undefined || isUndecided(problem))
    return { is: 'unknown', attempt: sent, problem };
  replaceAttempt(sent, attempt);
  return { is: 'failed', attempt, problem };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
