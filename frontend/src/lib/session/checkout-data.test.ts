import { NO_ADDRESS, storeAddress, storedAddress } from '$lib/checkout/address';
import { newAttempt, openAttempts, storeSent } from '$lib/checkout/attempt';
import { cartWithLamps } from '$lib/checkout/testing';

import { FakeChannel, FakeGateway } from './fake-gateway';
import { Session } from './session.svelte';

const ADA = 7;
const ADDRESS = { ...NO_ADDRESS, street: '1 Analytical Row' };

/** Types at the checkout, and sends an order whose answer is lost. */
function typeAtCheckout() {
  const { lines } = cartWithLamps();
  const body = { items: [], shipping_address: ADDRESS.street };
  storeAddress(ADA, ADDRESS);
  storeSent(newAttempt(ADA, body, lines));
}

const stored = () => JSON.stringify({ ...localStorage, ...sessionStorage });

describe('what a user typed at the checkout', () => {
  let gateway: FakeGateway;
  let session: Session;
  const sessions: Session[] = [];

  async function signedIn() {
    const opened = new Session();
    sessions.push(opened);
    await opened.signIn('ada', 'right');
    return opened;
  }

  beforeEach(async () => {
    gateway = new FakeGateway();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
    session = await signedIn();
    typeAtCheckout();
  });

  afterEach(() => {
    for (const opened of sessions.splice(0)) opened.close();
  });

  it('is removed when they sign out, and the cart stays', async () => {
    await session.signOut();
    expect(storedAddress(ADA)).toEqual(NO_ADDRESS);
    expect(openAttempts(ADA)).toEqual([]);
    expect(stored()).not.toContain(ADDRESS.street);
    expect(stored()).toContain('Lamp');
  });

  it('is removed when they sign out in another tab', () => {
    // That tab has removed only what the tabs share.
    new FakeChannel().postMessage({ type: 'signed-out' });
    expect(stored()).not.toContain(ADDRESS.street);
  });

  it('stays if signing out failed', async () => {
    vi.stubGlobal('fetch', async () => new Response('{}', { status: 503 }));
    await session.signOut();
    expect(storedAddress(ADA)).toEqual(ADDRESS);
  });

  it('stays if the session has ended by itself', async () => {
    gateway.isOver = true;
    const next = new Session();
    sessions.push(next);
    await next.start();
    expect(next.status).toBe('anonymous');
    expect(storedAddress(ADA)).toEqual(ADDRESS);
    expect(openAttempts(ADA)).toHaveLength(1);
  });
});
