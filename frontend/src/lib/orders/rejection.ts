import { m } from '$lib/texts';

const TEXTS: Record<string, () => string> = {
  insufficient_stock: m.reason_insufficient_stock,
  price_changed: m.reason_price_changed,
  unknown_product: m.reason_unknown_product,
};

/** Why an order was rejected; the services give a code or a sentence in English. */
export function rejectionText(reason: string | null): string {
  const code = Object.keys(TEXTS).find((code) => reason?.startsWith(code));
  return (code && TEXTS[code]?.()) || reason || '';
}
