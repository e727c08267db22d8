import { Cart } from './cart.svelte';

export { MOST_LINES, type Cart, type CartLine } from './cart.svelte';

export const cart = new Cart();
