/** Compares the cart with the present prices and stock. */
import type { Outcome, Product, RejectedItem } from '$lib/api';
import { isSameAmount } from '$lib/money';

import type { CartLine } from './cart.svelte';

/** A decision that the customer must make about a line before they can order it. */
export type LineChange =
  | { is: 'sold-out' }
  | { is: 'unknown' }
  | { is: 'short'; available: number }
  | { is: 'price'; before: string; now: string };

/** By product, the changes since the line was put into the cart. */
export type Changes = ReadonlyMap<number, LineChange>;

/** The response of the catalogue about each product of the cart. */
export type Answers = ReadonlyMap<number, Outcome<Product>>;

export function changesOf(lines: readonly CartLine[], answers: Answers): Changes {
  const changes = new Map<number, LineChange>();
  for (const line of lines) {
    const change = changeOf(line, answers.get(line.productId));
    if (change) changes.set(line.productId, change);
  }
  return changes;
}

function changeOf(
  line: CartLine,
  answer: Outcome<Product> | undefined,
): LineChange | undefined {
  if (answer === undefined) return undefined;
  if (!answer.ok) return answer.problem.kind === 'missing' ? { is: 'unknown' } : undefined;
  const { quantity: available, price } = answer.value;
  if (available === 0) return { is: 'sold-out' };
  if (available < line.quantity) return { is: 'short', available };
  if (isSameAmount(price, line.unitPrice)) return undefined;
  return { is: 'price', before: line.unitPrice, now: price };
}

/** Reads a rejected order in the same way. */
export function rejectedChanges(rejected: readonly RejectedItem[]): Changes {
  const changes = new Map<number, LineChange>();
  for (const item of rejected) {
    const change = rejectedChange(item);
    if (change) changes.set(item.productId, change);
  }
  return changes;
}

function rejectedChange({ code, available, agreedPrice, unitPrice }: RejectedItem) {
  if (code === 'unknown_product') return { is: 'unknown' } as const;
  if (code === 'insufficient_stock') {
    return available
      ? ({ is: 'short', available } as const)
      : ({ is: 'sold-out' } as const);
  }
  if (code !== 'price_changed' || unitPrice === undefined) return undefined;
  return { is: 'price', before: agreedPrice ?? unitPrice, now: unitPrice } as const;
}
