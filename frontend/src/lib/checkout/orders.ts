import { api, outcomeOf, type Order, type OrderCreate, type Outcome } from '$lib/api';

export function postOrder(key: string, body: OrderCreate): Promise<Outcome<Order>> {
  const params = { header: { 'Idempotency-Key': key } };
  return outcomeOf<Order>(api.POST('/api/v1/orders', { params, body }));
}

export function getOrder(id: number): Promise<Outcome<Order>> {
  const params = { path: { order_id: id } };
  return outcomeOf(api.GET('/api/v1/orders/{order_id}', { params }));
}

// The customer does not wait longer for a convenience.
const LONGEST_LOOKUP_MS = 3000;

/** The address of the customer's last order, if there is one and it is found in time. */
export async function lastAddress(): Promise<string | undefined> {
  const params = { query: { limit: 1 } };
  const signal = AbortSignal.timeout(LONGEST_LOOKUP_MS);
  const outcome = await outcomeOf(api.GET('/api/v1/orders', { params, signal }));
  return (outcome.ok && outcome.value[0]?.shipping_address) || undefined;
}

// More than a customer orders within minutes.
const NEWEST = 20;

/**
 * Returns the newest order of the user since then (in ms) that has these items and this
 * address; undefined if there is none, or if it is not found in time.
 */
export async function findOrder(
  body: OrderCreate,
  since: number,
): Promise<Order | undefined> {
  const params = { query: { limit: NEWEST } };
  const signal = AbortSignal.timeout(LONGEST_LOOKUP_MS);
  const outcome = await outcomeOf(api.GET('/api/v1/orders', { params, signal }));
  if (!outcome.ok) return undefined;
  const isSince = (order: Order) => Date.parse(order.created_at) >= since;
  return outcome.value.find((order) => isSince(order) && textOf(order) === textOf(body));
}

/** Two orders with the same text are of the same items and for the same address. */
function textOf({ items, shipping_address }: Order | OrderCreate): string {
  const pieces = items.map(({ product_id, quantity }) => `${product_id}:${quantity}`);
  return [...pieces.sort(), (shipping_address ?? '').normalize()].join('\n');
}
