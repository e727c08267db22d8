import { type Order, type OrderCreate, type Outcome, type Problem } from '$lib/api';
import { connection } from '$lib/api/connection.svelte';
import { problemWithoutResponse } from '$lib/api/problem';
import type { Cart, CartLine } from '$lib/cart';
import { rejectedChanges, type Changes } from '$lib/cart/check';

import {
  attemptFor,
  forgetAttempt,
  storeAttempt,
  storedAttempt,
  type Attempt,
} from './attempt';
import { getOrder, postOrder } from './orders';
import { isFinal, isRejection, isUndecided, isWorthRepeating } from './refusals';

export type CheckoutState =
  | { is: 'open' }
  | { is: 'placing'; isResumed: boolean }
  /** The answer was lost: only asking again is safe. */
  | { is: 'unknown'; problem: Problem }
  | { is: 'rejected'; changes: Changes }
  | { is: 'failed'; problem: Problem }
  | { is: 'placed'; order: Order };

const RETRY_AFTER_MS = [1000, 3000];
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

  /** Continues an attempt whose outcome this page does not know, after a reload. */
  async resume(): Promise<void> {
    const attempt = storedAttempt(this.userId);
    if (attempt?.orderId !== undefined) await this.#showPlaced(attempt.orderId);
    else if (attempt?.isUnknown) await this.#send(attempt, true);
  }

  async place(shippingAddress: string): Promise<void> {
    // The second click of a double click.
    if (this.state.is === 'placing') return;
    this.state = { is: 'placing', isResumed: false };
    // The customer orders what they see now, whatever happens to the cart meanwhile.
    const { lines } = this.#cart;
    const body = orderOf(lines, shippingAddress);
    // An order that was not sent is not placed later, without the customer.
    const isThere = !connection.isLost || (await connection.check());
    if (this.#isClosed) return;
    if (isThere) return this.#send(attemptFor(this.userId, body, lines), false);
    this.state = { is: 'failed', problem: problemWithoutResponse(new TypeError()) };
  }

  /** Asks again for the outcome of the last attempt. */
  async askAgain(): Promise<void> {
    const attempt = storedAttempt(this.userId);
    if (attempt && this.state.is !== 'placing') await this.#send(attempt, true);
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
    const outcome = await this.#postRepeatedly(attempt);
    if (outcome.ok) return this.#placed(attempt, outcome.value);
    // The page that follows may be sending the same attempt, and knows more.
    if (this.#isClosed) return;
    const { problem } = outcome;
    const changes = rejectedChanges(problem.rejected);
    if (changes.size > 0) {
      forgetAttempt();
      this.state = { is: 'rejected', changes };
    } else if (isFinal(problem)) {
      forgetAttempt();
      this.state = { is: 'failed', problem };
    } else {
      const isUnknown = this.#keep(attempt, problem);
      this.state = { is: isUnknown ? 'unknown' : 'failed', problem };
      if (isUnknown) connection.whenBack(() => this.#askWhenBack());
    }
  }

  #askWhenBack(): void {
    if (this.state.is === 'unknown' && !this.#isClosed) void this.askAgain();
  }

  async #postRepeatedly(attempt: Attempt): Promise<Outcome<Order>> {
    let outcome = await this.#post(attempt);
    for (const delay of RETRY_AFTER_MS) {
      if (outcome.ok || !isWorthRepeating(outcome.problem) || this.#isClosed) break;
      this.#keep(attempt, outcome.problem);
      await pause(delay);
      if (this.#isClosed) break;
      const next = await this.#post(attempt);
      // After a lost answer, a refusal of the repetition says nothing about the first
      // request.
      const isDefinite = next.ok || isFinal(next.problem) || isRejection(next.problem);
      if (isDefinite || !isUndecided(outcome.problem)) outcome = next;
      // The customer learns it at once, and the page asks when it is back.
      if (connection.isLost) break;
    }
    return outcome;
  }

  /** Sends the order. A page that is loaded before the answer asks what became of it. */
  #post(attempt: Attempt): Promise<Outcome<Order>> {
    storeAttempt({ ...attempt, isUnknown: true });
    return postOrder(attempt.key, attempt.body);
  }

  /** Stores the attempt with what is known of it; returns whether it may be placed. */
  #keep(attempt: Attempt, problem: Problem): boolean {
    const isUnknown = attempt.isUnknown || isUndecided(problem);
    storeAttempt({ ...attempt, isUnknown });
    return isUnknown;
  }

  async #placed(attempt: Attempt, order: Order): Promise<void> {
    const isNew = storedAttempt(this.userId)?.orderId === undefined;
    storeAttempt({ ...attempt, isUnknown: false, orderId: order.id });
    if (isNew) this.#cart.takeOut(attempt.lines);
    this.state = { is: 'placed', order };
    const settled = await this.#follow(order);
    // The cart's check explains what is missing, and offers what is left.
    if (order.status === 'pending' && settled.status === 'cancelled') {
      forgetAttempt();
      this.#cart.putBack(attempt.lines);
    }
  }

  /** Shows an order that was placed before a reload, unless a new cart waits. */
  async #showPlaced(orderId: number): Promise<void> {
    if (this.#cart.lines.length > 0) return forgetAttempt();
    const outcome = await getOrder(orderId);
    if (!outcome.ok) return;
    // The customer has cancelled it meanwhile.
    if (outcome.value.status === 'cancelled') return forgetAttempt();
    const attempt = storedAttempt(this.userId);
    if (attempt) await this.#placed(attempt, outcome.value);
  }

  /** An order that is being confirmed settles by itself: shows how. */
  async #follow(order: Order): Promise<Order> {
    for (let turn = 0; order.status === 'pending'; turn++) {
      await pause(POLL_MS[Math.min(turn, POLL_MS.length - 1)] ?? 0);
      if (this.#isClosed) return order;
      const outcome = await getOrder(order.id);
      if (!outcome.ok) continue;
      order = outcome.value;
      this.state = { is: 'placed', order };
    }
    return order;
  }
}

function orderOf(lines: readonly CartLine[], shippingAddress: string): OrderCreate {
  const items = lines.map(({ productId, quantity, unitPrice }) => ({
    product_id: productId,
    quantity,
    unit_price: unitPrice,
  }));
  return { items, shipping_address: shippingAddress };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
