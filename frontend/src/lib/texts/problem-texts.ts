/** The words for a problem: what happened, and what the reader can do. */
import type { Problem, ProblemKind } from '$lib/api/problem';
import { m } from '$lib/paraglide/messages';

const WHAT_HAPPENED: Record<ProblemKind, () => string> = {
  offline: m.problem_offline,
  timeout: m.problem_timeout,
  unavailable: m.problem_unavailable,
  'outcome-unknown': m.problem_outcome_unknown,
  'too-many': m.problem_too_many,
  'signed-out': m.problem_signed_out,
  forbidden: m.problem_forbidden,
  missing: m.problem_missing,
  conflict: m.problem_conflict,
  stale: m.problem_stale,
  invalid: m.problem_invalid,
  unexpected: m.problem_unexpected,
};

const ADVICE: Record<ProblemKind, () => string> = {
  offline: m.advice_offline,
  timeout: m.advice_wait,
  unavailable: m.advice_wait,
  'outcome-unknown': m.advice_check,
  'too-many': m.advice_wait,
  'signed-out': m.advice_sign_in,
  forbidden: m.advice_forbidden,
  missing: m.advice_missing,
  conflict: m.advice_reload,
  stale: m.advice_reload,
  invalid: m.advice_invalid,
  unexpected: m.advice_unexpected,
};

export function whatHappened(problem: Problem): string {
  return WHAT_HAPPENED[problem.kind]();
}

export function adviceFor(problem: Problem): string {
  const { kind, retryAfterSeconds } = problem;
  if (kind === 'too-many' && retryAfterSeconds !== undefined) {
    return m.advice_wait_seconds({ count: retryAfterSeconds });
  }
  // The services explain a bad request or a conflict better than a general sentence.
  const isExplained = kind === 'invalid' || kind === 'conflict';
  return isExplained && problem.detail ? problem.detail : ADVICE[kind]();
}
