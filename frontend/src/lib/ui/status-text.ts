import type { OrderStatus } from '$lib/api';
import { m } from '$lib/texts';

const WORDS: Record<OrderStatus, () => string> = {
  pending: m.status_pending,
  confirmed: m.status_confirmed,
  shipped: m.status_shipped,
  delivered: m.status_delivered,
  cancelled: m.status_cancelled,
};

export function statusText(status: OrderStatus): string {
  return WORDS[status]();
}
