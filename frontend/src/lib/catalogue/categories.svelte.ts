import { categoriesOf, newestProducts } from './products';

// The API has no list of categories: those of so many new products are offered.
const SAMPLE = 100;

/** The categories that the filter offers. */
class Categories {
  names = $state.raw<string[]>([]);
  #isLoaded = false;

  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const newest = await newestProducts(SAMPLE, null);
    this.#isLoaded = newest.ok;
    if (!newest.ok) return;
    const names = categoriesOf(newest.value).map(({ name }) => name);
    this.names = names.sort((one, other) => one.localeCompare(other));
  }

  /** The names, and the one that is chosen although no new product has it. */
  including(chosen: string): string[] {
    return chosen === '' || this.names.includes(chosen)
      ? this.names
      : [chosen, ...this.names];
  }
}

export const categories = new Categories();
