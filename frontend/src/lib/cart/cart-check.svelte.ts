import type { Product } from '$lib/api';
import { getProduct } from '$lib/catalogue/products';

import type { CartLine } from './cart.svelte';
import { changesOf, type Answers, type Changes } from './check';

/** The present state of the products in the cart. */
export class CartCheck {
  answers = $state.raw<Answers>(new Map());
  isChecking = $state(false);
  #run = 0;

  /** Some product could not be looked up, and not because it is gone. */
  get isIncomplete(): boolean {
    return [...this.answers.values()].some(
      (answer) => !answer.ok && answer.problem.kind !== 'missing',
    );
  }

  product(productId: number): Product | undefined {
    const answer = this.answers.get(productId);
    return answer?.ok ? answer.value : undefined;
  }

  changes(lines: readonly CartLine[]): Changes {
    return changesOf(lines, this.answers);
  }

  async run(lines: readonly CartLine[]): Promise<void> {
    const run = ++this.#run;
    this.isChecking = true;
    const answers = await Promise.all(
      lines.map(
        async ({ productId }) => [productId, await getProduct(productId, null)] as const,
      ),
    );
    if (run !== this.#run) return;
    this.answers = new Map(answers);
    this.isChecking = false;
  }
}
