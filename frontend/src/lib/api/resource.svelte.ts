import { onDestroy, untrack } from 'svelte';

import { connection } from './connection.svelte';
import type { Outcome } from './outcome';
import type { Problem } from './problem';
import { currentEdition, recall, remember } from './remembered';

/**
 * A value of the API that a page shows.
 *
 * While a newer value is loading, the page keeps the present one; of two answers that
 * arrive in the wrong order, the later question counts. A value that was shown before under
 * the same key appears at once, so that the way back keeps its scroll position. After a
 * lost connection it loads again by itself.
 */
export class Resource<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  loading = $state(false);
  #controller: AbortController | undefined;
  #key = '';
  #shownKey = '';
  #edition = currentEdition();
  #giveUpWaiting = () => {};

  /** Creates a value that its component abandons when it is destroyed. */
  static ofComponent<T>(): Resource<T> {
    const resource = new Resource<T>();
    onDestroy(() => resource.abandon());
    return resource;
  }

  /** True until there is something to show: a page draws its skeleton. */
  get isFirst(): boolean {
    return this.loading && this.value === undefined;
  }

  async load(
    key: string,
    ask: (signal: AbortSignal) => Promise<Outcome<T>>,
  ): Promise<void> {
    this.abandon();
    const controller = new AbortController();
    this.#controller = controller;
    const known = key === this.#key ? undefined : recall<T>(key);
    if (known) {
      this.value = known.value;
      this.#shownKey = key;
    }
    this.#key = key;
    this.#edition = currentEdition();
    this.loading = true;
    try {
      // An effect that loads depends on what it asks for, and not on how it is asked.
      const outcome = await untrack(() => ask(controller.signal));
      if (controller !== this.#controller) return;
      this.#keep(key, outcome);
      if (outcome.ok || outcome.problem.kind !== 'offline') return;
      this.#giveUpWaiting = connection.whenBack(() => {
        if (controller === this.#controller) void this.load(key, ask);
      });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      if (controller === this.#controller) this.loading = false;
    }
  }

  /** Asks no more for the value. */
  abandon(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#giveUpWaiting();
  }

  /** Replaces the value, for example by the answer to a change. */
  set(value: T): void {
    this.#controller?.abort();
    this.loading = false;
    this.#keep(this.#key, { ok: true, value });
  }

  #keep(
    key: string,
    outcome: { ok: true; value: T } | { ok: false; problem: Problem },
  ): void {
    this.problem = outcome.ok ? undefined : outcome.problem;
    if (!outcome.ok) {
      // The value of another question would contradict the problem.
      if (this.#shownKey !== key) this.value = undefined;
      return;
    }
    this.value = outcome.value;
    this.#shownKey = key;
    remember(key, outcome.value, this.#edition);
  }
}
