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

/** Returns the id of the user of a token, or undefined if the token does not show it. */
export function ownerOf({ value }: Token): number | undefined {
  try {
    const claims = value.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    return Number((JSON.parse(atob(claims)) as { sub?: unknown }).sub);
  } catch {
    return undefined;
  }
}

/** The access token, in memory only. One tab at a time renews it for all. */
export class AccessToken {
  #token: Token | undefined;
  #renewing: Promise<Renewal> | undefined;
  #turn = 0;
  #take: (renewed: Token) => Promise<Response | undefined>;

  /** `take` sets a renewed token, or returns why its user could not be found. */
  constructor(take: (renewed: Token) => Promise<Response | undefined>) {
    this.#take = take;
  }

  get current(): Token | undefined {
    return this.#token;
  }

  get isFresh(): boolean {
    return this.#token !== undefined && this.#token.expiresAt - MARGIN_MS > Date.now();
  }

  set(token: Token | undefined): void {
    this.#turn += 1;
    this.#token = token;
  }

  /** Drops the token. Returns a function: it is true until the next token is set or dropped. */
  begin(): () => boolean {
    this.set(undefined);
    const turn = this.#turn;
    return () => turn === this.#turn;
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
    const turn = this.#turn;
    const askedAt = Date.now();
    const response = await refreshSession();
    if (response.status === 401) return { is: 'over' };
    if (!response.ok) return { is: 'refused', response };
    const renewed = tokenOf((await response.json()) as SessionRead, askedAt);
    // The user signed in or out meanwhile, and that counts.
    const refusal = turn === this.#turn ? await this.#take(renewed) : undefined;
    return refusal ? { is: 'refused', response: refusal } : { is: 'renewed' };
  }
}
