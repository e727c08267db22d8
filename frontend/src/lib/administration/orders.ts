/** Requests of administrators about everybody's orders. */
import {
  api,
  outcomeOf,
  pageOf,
  type Order,
  type OrderStatus,
  type Outcome,
  type Page,
} from '$lib/api';

export const ORDERS_PER_PAGE = 20;

export async function listAllOrders(
  page: number,
  status: OrderStatus | undefined,
  signal: AbortSignal | null,
): Promise<Outcome<Page<Order>>> {
  const query = {
    user_id: '*' as const,
    skip: (page - 1) * ORDERS_PER_PAGE,
    limit: ORDERS_PER_PAGE,
    ...(status && { status }),
  };
  return pageOf(await outcomeOf(api.GET('/api/v1/orders', { params: { query }, signal })));
}

export async function moveOrder(id: number, status: OrderStatus): Promise<Outcome<Order>> {
  const params = { path: { order_id: id } };
  const body = { status };
  return outcomeOf(api.PATCH('/api/v1/orders/{order_id}/status', { params, body }));
}

/** Returns the states to which an administrator can move an order. */
export function movesFrom(status: OrderStatus): OrderStatus[] {
  const moves: Record<OrderStatus, OrderStatus[]> = {
    pending: ['cancelled'],
    confirmed: ['shipped', 'cancelled'],
    shipped: ['delivered'],
    delivered: [],
    cancelled: [],
  };
  return moves[status];
}
