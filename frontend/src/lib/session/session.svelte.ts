import { connection } from '$lib/api/connection.svelte';
import { outcomeOf, type Failure, type Outcome } from '$lib/api/outcome';
import { forgetAll } from '$lib/api/remembered';

import { AccessToken, ownerOf, tokenOf, type Token } from './access-token';
import { removeCheckoutData } from './checkout-data';
import {
  answerOf,
  endSession,
  fetchUser,
  openSession,
  openStreamAs,
  otherUser,
  sendAs,
  signedOut,
  type SessionEnded,
  type SessionRead,
  type User,
} from './gateway';
import { marker } from './marker';
import { PasswordDialog } from './password-dialog.svelte';
import { safeEndSessionUrl } from './provider';
import { tabsOfSession } from './tabs';

export type SessionStatus = 'starting' | 'anonymous' | 'signed-in' | 'unreachable';

/** The user of this browser, and the way to send requests in their name. */
export class Session {
  status = $state<SessionStatus>('starting');
  user = $state.raw<User>();
  /** How often another user has taken over: the pages of the former one are drawn anew. */
  takeovers = $state(0);
  readonly dialog = new PasswordDialog();

  #lastUserId: number | undefined;
  #tabs = tabsOfSession();
  #token = new AccessToken((token) => this.#take(token, true));
  #leave: (url: string) => void;

  constructor(leave = (url: string) => location.assign(url)) {
    this.#leave = leave;
    this.#tabs.onMessage((message) => {
      if (message.type === 'signed-out') this.#forget(true);
      else if (message.type === 'changed') this.update(message.user, { isNews: false });
      else this.#take(message.token).catch(() => (this.status = 'unreachable'));
    });
  }

  get isSignedIn(): boolean {
    return this.status === 'signed-in';
  }

  /** Whether a user will probably be found. */
  get isExpected(): boolean {
    return this.status === 'starting' && marker.isSet;
  }

  /** The session has ended by itself. The page stays, and a bar offers to sign in. */
  get isOver(): boolean {
    return this.isSignedIn && this.dialog.isNeeded;
  }

  /** Finds the session of an earlier visit, or the one that a provider has begun. */
  async start(): Promise<void> {
    this.status = marker.isSet ? 'starting' : 'anonymous';
    if (!marker.isSet) return;
    try {
      const renewal = await this.#token.renew(undefined);
      if (renewal.is === 'over') return this.#forget();
      if (this.status === 'starting') this.status = 'unreachable';
    } catch {
      this.status = 'unreachable';
      connection.whenBack(() => this.status === 'unreachable' && this.start());
    }
  }

  async signIn(username: string, password: string): Promise<Outcome<User>> {
    const askedAt = Date.now();
    const opened = await outcomeOf(answerOf<SessionRead>(openSession(username, password)));
    if (!opened.ok) return opened;
    const token = tokenOf(opened.value, askedAt);
    const found = await outcomeOf(answerOf<User>(fetchUser(token.value)));
    if (!found.ok) return found;
    this.#token.set(token);
    this.#becomes(found.value);
    this.#tabs.post({ type: 'signed-in', token });
    this.dialog.close(true);
    return found;
  }

  /** Signs out in all tabs, then at the provider; returns why the session may not be over. */
  async signOut({ isErased = false } = {}): Promise<Failure | undefined> {
    const ended = await outcomeOf(answerOf<SessionEnded | undefined>(endSession()));
    if (!ended.ok && !isErased) return ended;
    this.#forget(true);
    this.#tabs.post({ type: 'signed-out' });
    const url = ended.ok && safeEndSessionUrl(ended.value?.end_session_url);
    if (url) this.#leave(url);
    return undefined;
  }

  /** Shows the changed user, also in the other tabs if it is news to them. */
  update(user: User, { isNews = true } = {}): void {
    if (user.id !== this.user?.id) return;
    this.user = user;
    if (isNews) this.#tabs.post({ type: 'changed', user });
  }

  /**
   * Sends a request; after a 401 it renews the session once, then asks for the password.
   *
   * If the user signs in later, the page stays, and only their next action asks again. A
   * stream has no time limit, and never asks: the user did not begin it.
   */
  async fetch(request: Request, { isStream = false } = {}): Promise<Response> {
    const send = isStream ? openStreamAs : sendAs;
    const repeated = request.clone();
    const owner = this.user?.id;
    const isReading = request.method === 'GET';
    // The user sees what visitors see, until they sign in again.
    if (isReading && this.dialog.isDeclined) return send(undefined, request);
    const used = this.#token.current;
    if (!this.isSignedIn || this.#token.isFresh) {
      const response = await send(used?.value, request);
      if (response.status !== 401 || !this.isSignedIn) return response;
    }
    const mayAsk = () => !isStream && !(isReading && this.dialog.isDeclined);
    const refusal = await this.#renewOrAsk(used, mayAsk);
    if (refusal) return refusal;
    if (this.isOver || !this.isSignedIn)
      return isReading && !isStream ? send(undefined, repeated) : signedOut();
    // Another user has signed in in another tab: this request is not theirs.
    if (owner !== undefined && owner !== this.user?.id) return otherUser();
    return send(this.#token.current?.value, repeated);
  }

  close(): void {
    this.#tabs.close();
  }

  /** Returns a response if the gateway could not say whether the session is over. */
  async #renewOrAsk(
    stale: Token | undefined,
    mayAsk: () => boolean,
  ): Promise<Response | undefined> {
    const renewal = await this.#token.renew(stale);
    if (renewal.is === 'refused') return renewal.response.clone();
    if (renewal.is === 'over' && this.isSignedIn) {
      this.dialog.isNeeded = true;
      if (mayAsk()) await this.dialog.ask();
    }
    return undefined;
  }

  /**
   * Sets a token together with its user; returns a response if that one is not found.
   *
   * Until then there is no token: the next request renews it, and finds the user.
   */
  async #take(token: Token, isRenewed = false): Promise<Response | undefined> {
    // The other tabs know the session of an earlier visit already.
    const message = this.isSignedIn ? 'renewed' : marker.isArriving && 'signed-in';
    if (!this.isSignedIn || this.user?.id !== ownerOf(token)) {
      const isLast = this.#token.begin();
      const response = await fetchUser(token.value);
      if (!response.ok) return response;
      const user = (await response.json()) as User;
      if (!isLast()) return undefined;
      this.#becomes(user);
    }
    this.#token.set(token);
    this.dialog.close(true);
    if (isRenewed && message) this.#tabs.post({ type: message, token });
    return undefined;
  }

  #becomes(user: User): void {
    if (this.#lastUserId !== undefined && this.#lastUserId !== user.id) {
      forgetAll();
      this.takeovers += 1;
    }
    this.#lastUserId = user.id;
    this.user = user;
    this.status = 'signed-in';
    marker.setSignedIn();
  }

  /** A session that ended by itself leaves what was typed to the next one. */
  #forget(isSignOut = false): void {
    if (isSignOut) removeCheckoutData();
    this.#token.set(undefined);
    this.user = undefined;
    this.status = 'anonymous';
    marker.remove();
    forgetAll();
    this.dialog.reset();
  }
}
