import { m } from '$lib/texts';

const TEXTS = new Map([
  ['insufficient_stock', m.reason_insufficient_stock],
  ['price_changed', m.reason_price_changed],
  ['unknown_product', m.reason_unknown_product],
]);

/** Why an order was rejected, by the code in its `reason`. */
export function rejectionText(code: string | null): string {
  return code === null ? '' : (TEXTS.get(code) ?? m.reason_other)();
}
