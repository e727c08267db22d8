/** Requests about the user's own orders. */
import {
  api,
  outcomeOf,
  pageOf,
  type Order,
  type Outcome,
  type Page,
  type Schemas,
} from '$lib/api';

import { ORDERS_PER_PAGE, type OrdersQuery } from './query';

export type OrderChange = Schemas['order_ChangeRead'];

type Signal = AbortSignal | null;

export async function listOrders(
  query: OrdersQuery,
  signal: Signal,
): Promise<Outcome<Page<Order>>> {
  const asked = {
    skip: (query.page - 1) * ORDERS_PER_PAGE,
    limit: ORDERS_PER_PAGE,
    ...(query.status && { status: query.status }),
  };
  const listed = api.GET('/api/v1/orders', { params: { query: asked }, signal });
  return pageOf(await outcomeOf(listed));
}

export interface OrderWithHistory {
  order: Order;
  /** Oldest first. */
  changes: OrderChange[];
}

export async function getOrderWithHistory(
  id: number,
  signal: Signal,
): Promise<Outcome<OrderWithHistory>> {
  const params = { path: { order_id: id } };
  const [order, changes] = await Promise.all([
    outcomeOf(api.GET('/api/v1/orders/{order_id}', { params, signal })),
    outcomeOf(api.GET('/api/v1/orders/{order_id}/events', { params, signal })),
  ]);
  if (!order.ok) return order;
  if (!changes.ok) return changes;
  return { ...order, value: { order: order.value, changes: changes.value } };
}

/** Cancels an order; repeating it does no harm. */
export async function cancelOrder(id: number): Promise<Outcome<unknown>> {
  const params = { path: { order_id: id } };
  return outcomeOf(api.DELETE('/api/v1/orders/{order_id}', { params }));
}
