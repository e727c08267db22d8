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
