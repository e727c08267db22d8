/** Amounts of money as the API writes them: a string with two decimals, such as "99.99". */
import { locale } from '$lib/texts/locale.svelte';

/** The currency of every price. The API has amounts without one. */
export const CURRENCY = 'EUR';

export function cents(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
}

export function amountOf(cents: bigint): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export function isSameAmount(one: string, other: string): boolean {
  return cents(one) === cents(other);
}

/** Returns the price of a number of pieces; a float would lose cents of large amounts. */
export function times(amount: string, quantity: number): string {
  return amountOf(cents(amount) * BigInt(quantity));
}

export function sum(amounts: Iterable<string>): string {
  let total = 0n;
  for (const amount of amounts) total += cents(amount);
  return amountOf(total);
}

export function formatMoney(amount: string): string {
  const format = new Intl.NumberFormat(locale.regional, {
    style: 'currency',
    currency: CURRENCY,
  });
  return format.format(amount as Intl.StringNumericLiteral);
}
