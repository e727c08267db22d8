export { default as ProductCard } from './ProductCard.svelte';
export { default as ProductGrid } from './ProductGrid.svelte';
export * from './heading';
export * from './products';
export * from './query';
