import type { Outcome } from './outcome';

/** One page of a list, and how many items the whole list has. */
export interface Page<T> {
  items: T[];
  total: number;
  /** The list is longer than `total`: the services count to 10,000. */
  isCapped: boolean;
}

export function pageOf<T>(outcome: Outcome<T[]>): Outcome<Page<T>> {
  if (!outcome.ok) return outcome;
  const total = Number(outcome.headers.get('X-Total-Count') ?? outcome.value.length);
  const isCapped = outcome.headers.get('X-Total-Count-Capped') === 'true';
  return { ...outcome, value: { items: outcome.value, total, isCapped } };
}
