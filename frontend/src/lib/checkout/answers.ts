/** Answers of order-service, for tests. */
import type { Order, Outcome, Problem, ProblemKind, RejectedItem } from '$lib/api';

export function order(
  status: Order['status'],
  reason: string | null = null,
): Outcome<Order> {
  const value = { id: 1, order_number: 'ORD-1', status, reason } as Order;
  return {
    ok: true,
    value,
    status: status === 'pending' ? 202 : 201,
    headers: new Headers(),
  };
}

export function failure(
  kind: ProblemKind,
  code = '',
  rejected: RejectedItem[] = [],
): Outcome<never> {
  const problem: Problem = { kind, status: 0, code, detail: '', fields: {}, rejected };
  return { ok: false, problem };
}
