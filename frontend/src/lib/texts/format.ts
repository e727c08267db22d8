/** Numbers and times as the reader of the page writes them. */
import { locale } from './locale.svelte';

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale.regional).format(value);
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
