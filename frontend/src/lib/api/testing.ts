/** Outcomes of requests, for tests. */
import type { Failure } from './outcome';
import type { Problem, ProblemKind, RejectedItem } from './problem';

export function failure(
  kind: ProblemKind,
  code = '',
  rejected: RejectedItem[] = [],
): Failure {
  const problem: Problem = { kind, status: 0, code, detail: '', fields: {}, rejected };
  return { ok: false, problem };
}
