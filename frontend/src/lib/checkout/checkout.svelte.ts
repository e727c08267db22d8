import type { Order, Problem } from '$lib/api';
import { connection } from '$lib/api/connection.svelte';
import { problemWithoutResponse } from '$lib/api/problem';
import type { Cart, CartLine } from '$lib/cart';
import type { Changes } from '$lib/cart/check';

import {
  isRecent,
  newAttempt,
  openAttempts,
  settle,
  settlePlaced,
  statusOf,
  type Attempt,
} from './attempt';
import { findOrder } from './orders';
import {
  forgetPlaced,
  isRejected,
  lookUp,
  storedPlaced,
  storePlaced,
  type Placed,
  type PlacedOrder,
} from './placed';
import { pause, sendOrder } from './sending';

export type CheckoutState =
  | { is: 'open' }
  | { is: 'placing'; isResumed: boolean }
  /** The answer was lost: only asking again is safe. */
  | { is: 'unknown'; attempt: Attempt; problem: Problem }
  /** An earlier attempt has no outcome, and the customer may no longer want it. */
  | { is: 'interrupted'; attempt: Attempt }
  | { is: 'rejected'; changes: Changes }
  | { is: 'failed'; problem: Problem }
  | { is: 'placed'; order: PlacedOrder };

// The clock of the browser and that of the service.
const CLOCKS_DIFFER_MS = 2 * 60 * 1000;
const POLL_MS = [1000, 2000, 3000, 5000];

/** Places the cart as an order, once. */
export class Checkout {
  state = $state.raw<CheckoutState>({ is: 'open' });
  readonly userId: number;
  #cart: Cart;
  #isClosed = false;

  constructor(cart: Cart, userId: number) {
    this.#cart = cart;
    this.userId = userId;
  }

  /** Continues what an earlier page has begun: after a reload, or in another tab. */
  async resume(): Promise<void> {
    const placed = storedPlaced(this.userId);
    if (placed) await this.#resumePlaced(placed);
    if (this.state.is !== 'open' || this.#isClosed) return;
    const [attempt] = openAttempts(this.userId);
    if (!attempt) return;
    if (isRecent(attempt) && this.#isOfCart(attempt)) await this.#send(attempt, true);
    else await this.#askAbout(attempt);
  }

  async place(shippingAddress: string): Promise<void> {
    // The second click of a double click.
    if (this.state.is === 'placing') return;
    this.state = { is: 'placing', isResumed: false };
    // The customer orders what they see now, whatever happens to the cart meanwhile.
    const { lines } = this.#cart;
    const body = { items: itemsOf(lines), shipping_address: shippingAddress };
    // An order that was not sent is not placed later, without the customer.
    const isConnected = !connection.isLost || (await connection.check());
    if (this.#isClosed) return;
    if (!isConnected) {
      this.state = { is: 'failed', problem: problemWithoutResponse(new TypeError()) };
      return;
    }
    const open = openAttempts(this.userId);
    const same = open.find((attempt) => isSame(attempt.body, body));
    if (!same && open[0]) await this.#askAbout(open[0]);
    else await this.#send(same ?? newAttempt(this.userId, body, lines), false);
  }

  /** Asks again for the outcome of an attempt; places the order if it was not placed. */
  async askAgain(): Promise<void> {
    const { state } = this;
    if (state.is === 'unknown' || state.is === 'interrupted')
      await this.#send(state.attempt, true);
  }

  /** Does not place the order of an interrupted attempt, unless it is placed already. */
  async discard(): Promise<void> {
    const { state } = this;
    if (state.is !== 'interrupted') return;
    if (statusOf(state.attempt) === 'placed') return this.askAgain();
    if (await this.#isFoundPlaced(state.attempt)) return;
    settle(state.attempt, 'discarded');
    const [next] = openAttempts(this.userId);
    if (next) await this.#askAbout(next);
    else this.state = { is: 'open' };
  }

  /** The customer has decided about a line. */
  decided(productId: number): void {
    if (this.state.is !== 'rejected') return;
    const changes = new Map(this.state.changes);
    changes.delete(productId);
    this.state = changes.size > 0 ? { is: 'rejected', changes } : { is: 'open' };
  }

  /** Ends the polling of an order that is being confirmed. */
  close(): void {
    this.#isClosed = true;
  }

  async #send(attempt: Attempt, isResumed: boolean): Promise<void> {
    this.state = { is: 'placing', isResumed };
    const answer = await sendOrder(attempt, () => this.#isClosed);
    if (answer.is === 'placed') return this.#placed(attempt, answer.order);
    this.state = answer.is === 'discarded' ? { is: 'open' } : answer;
    if (answer.is === 'unknown') connection.whenBack(() => this.#askWhenBack());
  }

  async #placed(attempt: Attempt, order: Order): Promise<void> {
    const { lines } = attempt;
    const placed = { userId: this.userId, order, lines };
    storePlaced(placed);
    if (settlePlaced(attempt)) this.#cart.takeOut(lines);
    await this.#follow(placed);
  }

  /** Asks the customer whether to place the order, unless it is placed already. */
  async #askAbout(attempt: Attempt): Promise<void> {
    if (await this.#isFoundPlaced(attempt)) return;
    this.state = { is: 'interrupted', attempt };
  }

  /** Looks for the order of an attempt whose answer was lost, and shows it. */
  async #isFoundPlaced(attempt: Attempt): Promise<boolean> {
    this.state = { is: 'placing', isResumed: true };
    const order = await findOrder(attempt.body, attempt.begunAt - CLOCKS_DIFFER_MS);
    if (order && !this.#isClosed) void this.#placed(attempt, order);
    return order !== undefined;
  }

  #askWhenBack(): void {
    const { state } = this;
    if (state.is !== 'unknown' || this.#isClosed) return;
    if (isRecent(state.attempt)) void this.askAgain();
    else void this.#askAbout(state.attempt);
  }

  #isOfCart(attempt: Attempt): boolean {
    return isSame(attempt.body.items, itemsOf(this.#cart.lines));
  }

  /** Shows the order that this tab has placed, unless a new cart waits. */
  async #resumePlaced(placed: Placed): Promise<void> {
    const isCartNew = this.#cart.lines.length > 0;
    if (isCartNew && placed.order.status !== 'pending') return forgetPlaced();
    if (!isCartNew) this.#show(placed.order);
    const { state } = this;
    const order = await lookUp(placed, this.#cart);
    // The customer may have ordered meanwhile.
    if (this.#isClosed || this.state !== state) return;
    if (!isCartNew || isRejected(order)) await this.#follow({ ...placed, order });
  }

  /** Shows an order until it is settled, which it does by itself. */
  async #follow(placed: Placed): Promise<void> {
    let { order } = placed;
    this.#show(order);
    for (let turn = 0; order.status === 'pending'; turn++) {
      await pause(POLL_MS[Math.min(turn, POLL_MS.length - 1)] ?? 0);
      if (this.#isClosed) return;
      order = await lookUp(placed, this.#cart);
      this.#show(order);
    }
  }

  /** Shows an order, unless its customer has cancelled it. */
  #show(order: PlacedOrder): void {
    const isCancelled = order.status === 'cancelled' && !isRejected(order);
    this.state = isCancelled ? { is: 'open' } : { is: 'placed', order };
  }
}

function itemsOf(lines: readonly CartLine[]) {
  return lines.map(({ productId, quantity, unitPrice }) => ({
    product_id: productId,
    quantity,
    unit_price: unitPrice,
  }));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
