import { m } from '$lib/texts';

const REASONS: Record<string, () => string> = {
  insufficient_stock: m.reason_insufficient_stock,
  price_changed: m.reason_price_changed,
  unknown_product: m.reason_unknown_product,
};

/** Says why an order was cancelled; a person may also have typed the reason. */
export function reasonText(reason: string): string {
  return REASONS[reason]?.() ?? reason;
}
