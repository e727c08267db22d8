import { api, outcomeOf, type Order, type OrderCreate, type Outcome } from '$lib/api';

export function postOrder(key: string, body: OrderCreate): Promise<Outcome<Order>> {
  const params = { header: { 'Idempotency-Key': key } };
  return outcomeOf<Order>(api.POST('/api/v1/orders', { params, body }));
}

export function getOrder(id: number): Promise<Outcome<Order>> {
  const params = { path: { order_id: id } };
  return outcomeOf(api.GET('/api/v1/orders/{order_id}', { params }));
}

/** The address of the customer's last order, if there is one. */
export async function lastAddress(): Promise<string | undefined> {
  const params = { query: { limit: 1 } };
  const outcome = await outcomeOf(api.GET('/api/v1/orders', { params }));
  return (outcome.ok && outcome.value[0]?.shipping_address) || undefined;
}
