import type { AfterNavigate } from '@sveltejs/kit';

/**
 * Whether another page came, or another page of a list by a link; not the first one, nor
 * another list while the visitor types or filters.
 */
export function isOtherPage({
  type,
  from,
  to,
}: Pick<AfterNavigate, 'type' | 'from' | 'to'>): boolean {
  // The first page comes from a place without an address.
  if (type === 'enter') return false;
  const numberOf = (target: typeof from) => target?.url.searchParams.get('page');
  const isOtherNumber = type === 'link' && numberOf(from) !== numberOf(to);
  const isOtherPath = from?.url.pathname !== to?.url.pathname;
  return isOtherPath || isOtherNumber;
}
