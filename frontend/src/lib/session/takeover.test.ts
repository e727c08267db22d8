import { FakeChannel, FakeGateway, SESSION } from './fake-gateway';
import type { User } from './gateway';
import { marker } from './marker';
import { Session } from './session.svelte';

const order = () =>
  new Request('http://localhost/api/v1/orders', { method: 'POST', body: 'typed' });

describe('Session, if another user arrives in another tab', () => {
  let gateway: FakeGateway;
  let ada: Session;
  const sessions: Session[] = [];

  function tab() {
    const session = new Session();
    sessions.push(session);
    return session;
  }

  /** The cookie of the browser is Bob's, and the tab of Ada has no message about it. */
  function bobsCookie() {
    gateway.username = 'bob';
    gateway.valid = 'revoked';
  }

  beforeEach(async () => {
    gateway = new FakeGateway();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
    ada = tab();
    await ada.signIn('ada', 'right');
  });

  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });

  it('does not show a late change of the former one', async () => {
    const former = ada.user as User;
    await ada.signIn('bob', 'right');
    ada.update({ ...former, full_name: 'Ada' });
    expect(ada.user?.username).toBe('bob');
  });

  it('does not take the token of a page that starts', async () => {
    const posted = vi.spyOn(FakeChannel.prototype, 'postMessage');
    await tab().start();
    expect(posted).not.toHaveBeenCalled();
    posted.mockRestore();
  });

  it('orders nothing in their name while it is unknown who they are', async () => {
    gateway.username = 'bob';
    gateway.isBusy = true;
    marker.setArriving();
    await tab().start();
    const before = gateway.count('POST /api/v1/orders');
    gateway.valid = 'revoked';
    expect((await ada.fetch(order())).status).toBe(503);
    expect(gateway.count('POST /api/v1/orders')).toBe(before + 1);
    expect(ada.user?.username).toBe('ada');
  });

  it('orders nothing in their name if a message comes before its user', async () => {
    gateway.isBusy = true;
    const bob = tab();
    gateway.username = 'bob';
    gateway.token();
    new FakeChannel().postMessage({
      type: 'signed-in',
      token: { value: gateway.valid, expiresAt: Date.now() + 900_000 },
    });
    await vi.waitFor(() => expect(gateway.count('GET /api/v1/users/me')).toBe(3));
    expect((await ada.fetch(order())).status).toBe(503);
    expect(gateway.count('POST /api/v1/orders')).toBe(0);
    expect(bob.isSignedIn).toBe(false);
  });

  it('finds out by the renewed token', async () => {
    bobsCookie();
    expect((await ada.fetch(order())).status).toBe(401);
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
    expect(gateway.count('POST /api/v1/orders')).toBe(1);
    expect(ada.user?.username).toBe('bob');
    expect(ada.takeovers).toBe(1);
  });

  it('does not ask again who the user is if the renewed token is theirs', async () => {
    gateway.valid = 'revoked';
    const before = gateway.count('GET /api/v1/users/me');
    expect((await ada.fetch(order())).status).toBe(200);
    expect(gateway.count('GET /api/v1/users/me')).toBe(before);
  });
});
