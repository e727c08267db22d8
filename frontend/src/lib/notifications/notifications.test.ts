import type { Notification, Page } from '$lib/api';

import { merged, NOTIFICATIONS_PER_PAGE } from './notifications';

const notification = (id: number, status: Notification['status'] = 'sent') =>
  ({ id, status, subject: `number ${id}` }) as Notification;

const pageOf = (...ids: number[]): Page<Notification> => ({
  items: ids.map((id) => notification(id)),
  total: ids.length,
  isCapped: false,
});

describe('merged', () => {
  it('puts a new notification first', () => {
    const page = merged(pageOf(2, 1), notification(3));
    expect(page.items.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(page.total).toBe(3);
  });

  it('replaces a notification that has changed in its place', () => {
    const page = merged(pageOf(2, 1), notification(1, 'failed'));
    expect(page.items.map(({ id, status }) => [id, status])).toEqual([
      [2, 'sent'],
      [1, 'failed'],
    ]);
    expect(page.total).toBe(2);
  });

  it('keeps the length of a full page', () => {
    const full = Array.from({ length: NOTIFICATIONS_PER_PAGE }, (_, index) => 100 - index);
    const page = merged(pageOf(...full), notification(101));
    expect(page.items).toHaveLength(NOTIFICATIONS_PER_PAGE);
    expect(page.items[0]?.id).toBe(101);
  });
});
