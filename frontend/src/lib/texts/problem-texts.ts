/** The words for a problem: what happened, and what the reader can do. */
import type { Problem, ProblemKind } from '$lib/api/problem';
import { m } from '$lib/paraglide/messages';

import { textOfCode } from './code-texts';

const WHAT_HAPPENED: Record<ProblemKind, () => string> = {
  offline: m.problem_offline,
  timeout: m.problem_timeout,
  unavailable: m.problem_unavailable,
  'outcome-unknown': m.problem_outcome_unknown,
  unreadable: m.problem_unreadable,
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
  unreadable: m.advice_unreadable,
  'too-many': m.advice_wait,
  'signed-out': m.advice_sign_in,
  forbidden: m.advice_forbidden,
  missing: m.advice_missing,
  conflict: m.advice_reload,
  stale: m.advice_reload,
  invalid: m.advice_invalid,
  unexpected: m.advice_unexpected,
};

/** A failed reading has changed nothing, whatever became of the request. */
export function whatHappened({ kind }: Problem, isReading = false): string {
  const isOutOfOrder = kind === 'unavailable' || kind === 'outcome-unknown';
  return isReading && isOutOfOrder ? m.problem_out_of_order() : WHAT_HAPPENED[kind]();
}

export interface Passage {
  text: string;
  /** The language of the text, if it is not that of the page. */
  lang?: 'en';
}

export function adviceFor(problem: Problem, isReading = false): Passage {
  const { kind, code, detail, retryAfterSeconds } = problem;
  if (kind === 'too-many' && retryAfterSeconds !== undefined) {
    return { text: m.advice_wait_seconds({ count: retryAfterSeconds }) };
  }
  if (isReading && kind === 'outcome-unknown') return { text: m.advice_wait() };
  const isExplained = kind === 'invalid' || kind === 'conflict';
  const own = isExplained ? textOfCode(code) : undefined;
  if (own) return { text: own };
  // The services explain a bad request or a conflict better than a general sentence.
  return isExplained && detail ? { text: detail, lang: 'en' } : { text: ADVICE[kind]() };
}

/** Whether support can find the cause by the number of the request. */
export function isFaultOfShop({ status, kind }: Problem): boolean {
  return status >= 500 || kind === 'unexpected';
}
