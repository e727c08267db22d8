/** Requests about the user's own notifications. */
import {
  api,
  outcomeOf,
  pageOf,
  type Notification,
  type Outcome,
  type Page,
} from '$lib/api';

export const NOTIFICATIONS_PER_PAGE = 20;

/** An administrator would get those of all users, if the request named none. */
export async function listNotifications(
  userId: number,
  page: number,
  signal: AbortSignal | null,
): Promise<Outcome<Page<Notification>>> {
  const query = {
    user_id: userId,
    skip: (page - 1) * NOTIFICATIONS_PER_PAGE,
    limit: NOTIFICATIONS_PER_PAGE,
  };
  return pageOf(
    await outcomeOf(api.GET('/api/v1/notifications', { params: { query }, signal })),
  );
}

/** Puts a notification that is new or has changed into the newest page. */
export function merged(
  page: Page<Notification>,
  arrived: Notification,
): Page<Notification> {
  const isKnown = page.items.some(({ id }) => id === arrived.id);
  const items = isKnown
    ? page.items.map((item) => (item.id === arrived.id ? arrived : item))
    : [arrived, ...page.items].slice(0, NOTIFICATIONS_PER_PAGE);
  return { ...page, items, total: page.total + (isKnown ? 0 : 1) };
}
