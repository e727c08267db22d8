const PROBE = '/robots.txt';
const PROBE_EVERY_MS = 4_000;
const PROBE_LIMIT_MS = 10_000;
const SLOW_AFTER_MS = 4_000;

/**
 * Whether requests reach the shop, and how long it takes.
 *
 * The browser's own `navigator.onLine` knows only about networks: it is false on a machine
 * without one, where a shop on the same machine answers all the same. Its events are only
 * a reason to look.
 */
export class Connection {
  isLost = $state(false);
  #late = $state(0);
  #waiting = new Set<() => unknown>();
  #answers = 0;
  #probing: Promise<boolean> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #look = () => void this.check();

  constructor() {
    addEventListener('online', this.#look);
    addEventListener('offline', this.#look);
  }

  /** Some request for which the page waits takes longer than usual. */
  get isSlow(): boolean {
    return this.#late > 0;
  }

  /** Awaits a response for which the page waits too. */
  async watch(sent: Promise<Response>): Promise<Response> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#late += 1;
    }, SLOW_AFTER_MS);
    try {
      return await this.observe(sent);
    } finally {
      clearTimeout(timer);
      if (isLate) this.#late -= 1;
    }
  }

  /** Awaits a response, and remembers whether there was one. */
  async observe(sent: Promise<Response>): Promise<Response> {
    try {
      const response = await sent;
      this.#isBack();
      return response;
    } catch (error) {
      // An abort is the page's own wish, and a time-out is reported by its request. One
      // address may fail alone, and its request is not repeated when the others work.
      if (error instanceof TypeError) await this.check();
      throw error;
    }
  }

  /** Asks the shop for almost nothing; returns whether there was an answer. */
  check(): Promise<boolean> {
    this.#probing ??= this.#probe().finally(() => (this.#probing = undefined));
    return this.#probing;
  }

  async #probe(): Promise<boolean> {
    const before = this.#answers;
    const signal = AbortSignal.timeout(PROBE_LIMIT_MS);
    try {
      await fetch(PROBE, { method: 'HEAD', cache: 'no-store', signal });
      this.#isBack();
    } catch {
      // Another request may have had an answer meanwhile, the last one before the loss.
      if (before === this.#answers) this.isLost = true;
      this.#lookLater();
    }
    return !this.isLost;
  }

  /** Calls back once, when the connection returns, unless the result is called before. */
  whenBack(act: () => unknown): () => void {
    this.#waiting.add(act);
    return () => this.#waiting.delete(act);
  }

  close(): void {
    removeEventListener('online', this.#look);
    removeEventListener('offline', this.#look);
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look, PROBE_EVERY_MS);
  }

  #isBack(): void {
    this.#answers += 1;
    clearTimeout(this.#timer);
    if (!this.isLost) return;
    this.isLost = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const act of waiting) act();
  }
}

export const connection = new Connection();
