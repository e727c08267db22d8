import { categoriesOf, newestPage } from './products';

// The API has no list of categories, and returns at most so many products at once.
export const SAMPLE = 100;

/** The categories that the filter offers: those of the newest goods. */
export class Categories {
  names = $state.raw<string[]>([]);
  /** False if older goods may have other categories. */
  isComplete = $state(true);
  #isLoaded = false;

  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const newest = await newestPage(SAMPLE);
    this.#isLoaded = newest.ok;
    if (!newest.ok) return;
    const names = categoriesOf(newest.value.items).map(({ name }) => name);
    this.names = names.sort((one, other) => one.localeCompare(other));
    this.isComplete = newest.value.total <= SAMPLE;
  }

  /** The names, and the one that is chosen although no new product has it. */
  including(chosen: string): string[] {
    return chosen === '' || this.names.includes(chosen)
      ? this.names
      : [chosen, ...this.names];
  }
}

export const categories = new Categories();
