/** Our words for problems that the services explain in English, by the problem's code. */
import { m } from '$lib/paraglide/messages';

const TEXTS = new Map([
  ['account_erased', m.code_account_erased],
  ['insufficient_stock', m.code_insufficient_stock],
  ['invalid_status_transition', m.code_invalid_status_transition],
  ['last_administrator', m.code_last_administrator],
  ['order_already_shipped', m.code_order_already_shipped],
  ['order_cancelled_during_checkout', m.code_order_cancelled_during_checkout],
  ['request_in_progress', m.code_request_in_progress],
  ['stock_limit_exceeded', m.code_stock_limit_exceeded],
  ['total_too_large', m.code_total_too_large],
]);

export function textOfCode(code: string): string | undefined {
  return TEXTS.get(code)?.();
}
