/**
 * The browser's storage, and memory in its place where a browser has none for the shop.
 *
 * Private windows and blocked cookies make every use of it an exception, and a full one
 * every change.
 */
class Refusal {
  /** Something could not be stored: it is gone when the page is closed. */
  isKnown = $state(false);
}

export const refusal = new Refusal();

export class Kept {
  #memory = new Map<string, string>();
  #open: () => Storage;

  constructor(open: () => Storage) {
    this.#open = open;
  }

  get(key: string): string | null {
    const remembered = this.#memory.get(key);
    if (remembered !== undefined) return remembered;
    try {
      return this.#open().getItem(key);
    } catch {
      return null;
    }
  }

  set(key: string, value: string): void {
    try {
      this.#open().setItem(key, value);
      this.#memory.delete(key);
    } catch {
      // The next page must not take the former value for this one.
      this.remove(key);
      this.#memory.set(key, value);
      refusal.isKnown = true;
    }
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.#open().removeItem(key);
    } catch {
      // There was nothing but the memory.
    }
  }

  /** Returns the keys that begin with the prefix. */
  keys(prefix: string): string[] {
    return this.#keys().filter((key) => key.startsWith(prefix));
  }

  removeAll(prefix: string): void {
    for (const key of this.keys(prefix)) this.remove(key);
  }

  #keys(): string[] {
    const remembered = [...this.#memory.keys()];
    try {
      return [...remembered, ...Object.keys(this.#open())];
    } catch {
      return remembered;
    }
  }
}

/** Kept for the next visit, and shared by all tabs. */
export const kept = new Kept(() => localStorage);
/** Kept in this tab until it is closed. */
export const keptInTab = new Kept(() => sessionStorage);
