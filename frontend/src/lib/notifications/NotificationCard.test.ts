import { render, screen } from '@testing-library/svelte';

import type { Notification } from '$lib/api';
import { m } from '$lib/texts';

import NotificationCard from './NotificationCard.svelte';

const NOTIFICATION = {
  id: 1,
  subject: 'Your order ORD-1 is confirmed',
  body: 'Hello Ada',
  channel: 'email',
  recipient: 'ada@example.com',
  order_id: 1,
  status: 'sent',
  created_at: '2026-11-29T12:00:00Z',
} as Notification;

describe('NotificationCard', () => {
  it('marks the words of the service as English', () => {
    render(NotificationCard, { notification: NOTIFICATION });
    expect(screen.getByText('Hello Ada')).toHaveAttribute('lang', 'en');
    expect(screen.getByRole('heading')).toHaveAttribute('lang', 'en');
  });

  it('says which message its button opens', () => {
    const { container } = render(NotificationCard, { notification: NOTIFICATION });
    expect(container.querySelector('summary')).toHaveTextContent(
      `${m.notifications_read()}: ${NOTIFICATION.subject}`,
    );
  });
});
