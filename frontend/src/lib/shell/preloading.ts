import { preloadCode } from '$app/navigation';

// The way to an order.
const PAGES = ['/', '/products', '/products/1', '/cart', '/checkout'];

/** Loads the code of these pages, so that they open without a connection too. */
export async function preloadPages(): Promise<void> {
  // A page whose code did not arrive loads it when it opens.
  await Promise.allSettled(PAGES.map((page) => preloadCode(page)));
}
