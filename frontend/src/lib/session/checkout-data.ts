import { kept, keptInTab } from '$lib/browser/storage.svelte';

// Of `address.ts`, `attempt.ts` and `placed.ts` in `checkout`.
const CHECKOUT = 'pannier.checkout.';

/** Removes what the checkout has stored: the next person here must not read it. */
export function removeCheckoutData(): void {
  keptInTab.removeAll(CHECKOUT);
  kept.removeAll(CHECKOUT);
}
