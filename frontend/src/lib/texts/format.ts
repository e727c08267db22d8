/** Numbers and times as the reader of the page writes them. */
import { locale } from './locale.svelte';

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale.regional).format(value);
}

/** Writes a decimal of the API, such as "49.90", as the reader types it: "49,90". */
export function typedDecimal(decimal: string): string {
  const parts = new Intl.NumberFormat(locale.regional).formatToParts(1.5);
  const sign = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
  return decimal.replace('.', sign === ',' ? ',' : '.');
}

/** For a badge, which has space for two digits; its label has the exact number. */
export function formatCount(value: number): string {
  return value > 99 ? `${formatNumber(99)}+` : formatNumber(value);
}

export function formatDate(time: string): string {
  return new Intl.DateTimeFormat(locale.regional, { dateStyle: 'long' }).format(
    new Date(time),
  );
}

export function formatDateTime(time: string): string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(locale.regional, style).format(new Date(time));
}
