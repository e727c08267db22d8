import { kept, keptInTab } from '$lib/browser/storage.svelte';

// Of `checkout/address.ts` and `checkout/attempt.ts`.
const CHECKOUT = 'pannier.checkout.';

/** Removes what the user typed at the checkout: the next person here must not read it. */
export function removeTyped(): void {
  keptInTab.removeAll(CHECKOUT);
  kept.removeAll(CHECKOUT);
}
