import type { AfterNavigate } from '@sveltejs/kit';

/** Whether another page came, and not the first one, nor another list on the same page. */
export function isOtherPage({
  type,
  from,
  to,
}: Pick<AfterNavigate, 'type' | 'from' | 'to'>) {
  return type !== 'enter' && from?.url.pathname !== to?.url.pathname;
}
