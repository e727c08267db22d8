export { m } from '$lib/paraglide/messages';
export {
  formatCount,
  formatDate,
  formatDateTime,
  formatNumber,
  typedDecimal,
} from './format';
export { locale } from './locale.svelte';
