/** Returns a new value of the header `Idempotency-Key`. */
export function newIdempotencyKey(): string {
  // `crypto.randomUUID` is missing on pages that came by plain HTTP from another machine.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The key of one request: the same while the request is the same. */
export class RequestKey {
  #key = '';
  #content = '';

  /** A lost answer is asked for again under the same key; other content is a new request. */
  for(content: unknown): string {
    const text = JSON.stringify(content);
    if (this.#key === '' || text !== this.#content) this.#key = newIdempotencyKey();
    this.#content = text;
    return this.#key;
  }

  /** The request was answered: the next one is another, also with the same content. */
  done(): void {
    this.#key = '';
  }
}
