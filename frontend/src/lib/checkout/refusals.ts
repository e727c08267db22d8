/** The meaning of a refusal for an order. */
import { hasUnknownOutcome, type Problem } from '$lib/api';

/** The order may have been placed although no answer says so. */
export function isUndecided(problem: Problem): boolean {
  const isInProgress = problem.code === 'request_in_progress';
  return hasUnknownOutcome(problem) || isInProgress || problem.kind === 'unexpected';
}

/** A service that restarts is back in seconds, before its customer would try again. */
export function isWorthRepeating(problem: Problem): boolean {
  return isUndecided(problem) || problem.kind === 'unavailable';
}

/** The order was not placed, and the same request will never place it. */
export function isFinal({ kind, code }: Problem): boolean {
  const isInProgress = code === 'request_in_progress';
  return kind === 'invalid' || kind === 'missing' || (kind === 'conflict' && !isInProgress);
}
