export { live, type Live } from './live.svelte';
