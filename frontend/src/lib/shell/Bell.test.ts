import { render } from '@testing-library/svelte';
import { flushSync } from 'svelte';

import type { Notification } from '$lib/api';
import { live } from '$lib/live';
import { announcer } from '$lib/ui/announcer.svelte';

import Bell from './Bell.svelte';

vi.mock('$lib/live', () => ({
  live: { unread: 0, start: vi.fn(), subscribe: vi.fn(() => () => {}) },
}));

describe('the bell', () => {
  it('leaves no announcement to those who come after a sign-out', async () => {
    const bell = render(Bell);
    const [listener] = vi.mocked(live.subscribe).mock.lastCall ?? [];
    listener?.({ subject: 'Order ORD-5 is confirmed' } as Notification, true);
    flushSync();
    expect(announcer.quote).toBe('Order ORD-5 is confirmed');
    bell.unmount();
    expect([announcer.text, announcer.quote]).toEqual(['', '']);
  });
});
