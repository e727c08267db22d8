import { inTurn } from '$lib/browser/turns';

import { refreshSession, type SessionRead } from './gateway';

const LOCK = 'pannier.session';
// A token that expires while a request travels is of no use.
const MARGIN_MS = 30_000;

export interface Token {
  value: string;
  expiresAt: number;
}

export type Renewal =
  { is: 'renewed' } | { is: 'over' } | { is: 'refused'; response: Response };

export function tokenOf(read: SessionRead, askedAt: number): Token {
  return { value: read.access_token, expiresAt: askedAt + read.expires_in * 1000 };
}

/** The access token, in memory only. One tab at a time renews it for all. */
export class AccessToken {
  #token: Token | undefined;
  #renewing: Promise<Renewal> | undefined;
  #share: (renewed: Token) => void;

  /** `share` gives a token that this tab has renewed to the other tabs. */
  constructor(share: (renewed: Token) => void) {
    this.#share = share;
  }

  get current(): Token | undefined {
    return this.#token;
  }

  get isFresh(): boolean {
    return this.#token !== undefined && this.#token.expiresAt - MARGIN_MS > Date.now();
  }

  set(token: Token | undefined): void {
    this.#token = token;
  }

  /** Replaces the token, which the caller found to be `stale`. Callers share one request. */
  renew(stale: Token | undefined): Promise<Renewal> {
    this.#renewing ??= inTurn(LOCK, () => this.#renew(stale)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(stale: Token | undefined): Promise<Renewal> {
    const isReplaced = this.#token?.value !== stale?.value;
    if (isReplaced && this.isFresh) return { is: 'renewed' };
    const before = this.#token;
    const askedAt = Date.now();
    const response = await refreshSession();
    if (response.status === 401) return { is: 'over' };
    if (!response.ok) return { is: 'refused', response };
    const renewed = tokenOf((await response.json()) as SessionRead, askedAt);
    // The user signed in or out meanwhile, and that counts.
    if (this.#token === before) {
      this.#token = renewed;
      this.#share(renewed);
    }
    return { is: 'renewed' };
  }
}
