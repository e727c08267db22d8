/** The query of the list of orders, as it stands in the address. */
import type { OrderStatus } from '$lib/api';
import { pageNumberOf } from '$lib/ui/page-number';

export const ORDERS_PER_PAGE = 10;
export const STATUSES = [
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'cancelled',
] as const;

export interface OrdersQuery {
  status: OrderStatus | undefined;
  /** Counts from 1. */
  page: number;
}

export function ordersQueryOf(address: URLSearchParams): OrdersQuery {
  return {
    status: STATUSES.find((status) => status === address.get('status')),
    page: pageNumberOf(address),
  };
}

export function ordersAddressOf({ status, page }: OrdersQuery): string {
  const address = new URLSearchParams();
  if (status) address.set('status', status);
  if (page > 1) address.set('page', String(page));
  return address.size ? `/orders?${address}` : '/orders';
}
