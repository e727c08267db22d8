import { Channel } from '$lib/browser/channel';

import type { Token } from './access-token';
import type { User } from './gateway';

type TabMessage =
  | { type: 'renewed' | 'signed-in'; token: Token }
  | { type: 'changed'; user: User }
  | { type: 'signed-out' };

/** Informs the other tabs of this browser about their common session. */
export function tabsOfSession(): Channel<TabMessage> {
  return new Channel('pannier.session');
}
