export { m } from '$lib/paraglide/messages';
export { formatDate, formatDateTime, formatNumber } from './format';
export { locale } from './locale.svelte';
