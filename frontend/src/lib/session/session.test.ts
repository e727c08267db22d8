import { FakeChannel, FakeGateway, SESSION } from './fake-gateway';
import type { User } from './gateway';
import { Session } from './session.svelte';

const order = () =>
  new Request('http://localhost/api/v1/orders', { method: 'POST', body: 'typed' });

describe('Session', () => {
  let gateway: FakeGateway;
  const sessions: Session[] = [];

  function tab() {
    const session = new Session();
    sessions.push(session);
    return session;
  }

  async function signedIn() {
    const session = tab();
    await session.signIn('ada', 'right');
    return session;
  }

  beforeEach(() => {
    gateway = new FakeGateway();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
  });

  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });

  it('does not ask the gateway about a visitor', async () => {
    const session = tab();
    await session.start();
    expect(session.status).toBe('anonymous');
    expect(gateway.requests).toEqual([]);
  });

  it('is found again by the next visit', async () => {
    await signedIn();
    const session = tab();
    await session.start();
    expect(session.user?.username).toBe('ada');
  });

  it('is expected while that of an earlier visit is looked for', async () => {
    expect(tab().isExpected).toBe(false);
    await signedIn();
    const session = tab();
    const starting = session.start();
    expect(session.isExpected).toBe(true);
    await starting;
    expect(session.isExpected).toBe(false);
  });

  it('stores no token where scripts could read it later', async () => {
    await signedIn();
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('token-');
  });

  it('is anonymous if the session of the earlier visit is over', async () => {
    await signedIn();
    gateway.isOver = true;
    const session = tab();
    await session.start();
    expect(session.status).toBe('anonymous');
  });

  it('is unreachable, and not anonymous, if the gateway does not respond', async () => {
    await signedIn();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const session = tab();
    await session.start();
    expect(session.status).toBe('unreachable');
  });

  it('returns the problem of a wrong password', async () => {
    const outcome = await tab().signIn('ada', 'wrong');
    expect(outcome).toMatchObject({ ok: false, problem: { kind: 'signed-out' } });
  });

  it.each([
    [502, '<html>Bad Gateway</html>'],
    [503, ''],
    [429, ''],
  ])('does not blame the network for a %i without a document', async (status, body) => {
    vi.stubGlobal('fetch', async () => new Response(body, { status }));
    expect(await tab().signIn('ada', 'right')).toMatchObject({ problem: { status } });
  });

  it('renews a revoked token once, and repeats the request with its body', async () => {
    const session = await signedIn();
    gateway.valid = 'another';
    const response = await session.fetch(order());
    expect(await response.json()).toEqual({ body: 'typed' });
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });

  it('renews once for many requests at a time', async () => {
    const session = await signedIn();
    gateway.valid = 'another';
    const responses = await Promise.all(
      [order(), order(), order()].map((r) => session.fetch(r)),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });

  it('renews a token before it expires', async () => {
    gateway.lifetime = 10;
    const session = await signedIn();
    gateway.lifetime = 900;
    await session.fetch(order());
    expect(gateway.count('POST /api/v1/orders')).toBe(1);
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });

  it('asks for the password if the session is over, and repeats the request', async () => {
    const session = await signedIn();
    gateway.valid = 'another';
    gateway.isOver = true;
    const response = session.fetch(order());
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    expect(session.user?.username).toBe('ada');
    await session.signIn('ada', 'right');
    expect((await response).status).toBe(200);
    expect(session.dialog.isOpen).toBe(false);
  });

  it('never sends a request in the name of another user', async () => {
    const ada = await signedIn();
    gateway.isOver = true;
    gateway.valid = 'revoked';
    const answer = ada.fetch(order());
    await vi.waitFor(() => expect(ada.dialog.isOpen).toBe(true));

    const bob = tab();
    await bob.signIn('bob', 'right');

    expect((await answer).status).toBe(401);
    expect(gateway.count('POST /api/v1/orders')).toBe(1);
    expect(ada.user?.username).toBe('bob');
    expect(ada.takeovers).toBe(1);
  });

  it('ends in all tabs', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    await one.signOut();
    expect([one.status, other.status]).toEqual(['anonymous', 'anonymous']);
  });

  it('stays if signing out failed', async () => {
    const session = await signedIn();
    vi.stubGlobal('fetch', async () => new Response('{}', { status: 503 }));
    expect(await session.signOut()).toMatchObject({ problem: { kind: 'unavailable' } });
    expect(session.isSignedIn).toBe(true);
  });

  it('shows a change of the user in all tabs', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    one.update({ ...one.user, full_name: 'Ada' } as User);
    expect([one.user?.full_name, other.user?.full_name]).toEqual(['Ada', 'Ada']);
  });

  it('begins in all tabs', async () => {
    const other = tab();
    await signedIn();
    await vi.waitFor(() => expect(other.user?.username).toBe('ada'));
  });

  it('is renewed by one tab at a time', async () => {
    const request = vi.fn((_name, _options, work: () => Promise<unknown>) => work());
    vi.stubGlobal('navigator', { ...navigator, locks: { request } });
    const session = await signedIn();
    gateway.valid = 'another';
    await session.fetch(order());
    expect(request).toHaveBeenCalledExactlyOnceWith(
      'pannier.session',
      {},
      expect.any(Function),
    );
  });

  it('uses the token that another tab has renewed meanwhile', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    gateway.valid = 'another';
    await one.fetch(order());
    await other.fetch(order());
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });
});
