import { FakeChannel, FakeGateway, SESSION } from './fake-gateway';
import { marker } from './marker';
import { Session } from './session.svelte';

const LOGOUT = 'https://id.example/logout?client_id=pannier-web';

describe('a session of a provider', () => {
  let gateway: FakeGateway;
  const leave = vi.fn<(url: string) => void>();
  const sessions: Session[] = [];

  function tab() {
    const session = new Session(leave);
    sessions.push(session);
    return session;
  }

  beforeEach(() => {
    gateway = new FakeGateway();
    leave.mockReset();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
  });

  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
  });

  it('is found by the page to which the provider leads back', async () => {
    marker.setArriving();
    const session = tab();
    await session.start();
    expect(session.user?.username).toBe('ada');
  });

  it('is found by later visits, too', async () => {
    marker.setArriving();
    await tab().start();
    const session = tab();
    await session.start();
    expect(session.isSignedIn).toBe(true);
  });

  it('begins in all tabs', async () => {
    const other = tab();
    marker.setArriving();
    await tab().start();
    await vi.waitFor(() => expect(other.user?.username).toBe('ada'));
  });

  it('is not asked for again after a log-in that failed', async () => {
    marker.setArriving();
    gateway.isOver = true;
    for (const session of [tab(), tab()]) {
      await session.start();
      expect(session.status).toBe('anonymous');
    }
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });

  it('ends in all tabs before the browser goes to the provider', async () => {
    marker.setArriving();
    const [one, other] = [tab(), tab()];
    await one.start();
    await vi.waitFor(() => expect(other.isSignedIn).toBe(true));
    gateway.endSessionUrl = LOGOUT;
    leave.mockImplementation(() => {
      expect([one.status, other.status]).toEqual(['anonymous', 'anonymous']);
    });
    await one.signOut();
    expect(leave).toHaveBeenCalledExactlyOnceWith(LOGOUT);
  });

  it('ends here only if the address of the provider is not safe', async () => {
    marker.setArriving();
    const session = tab();
    await session.start();
    gateway.endSessionUrl = 'http://id.example/logout';
    expect(await session.signOut()).toBeUndefined();
    expect(session.status).toBe('anonymous');
    expect(leave).not.toHaveBeenCalled();
  });
});

describe('a session of this shop', () => {
  it('ends here', async () => {
    const leave = vi.fn();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', new FakeGateway().answer);
    const session = new Session(leave);
    await session.signIn('ada', 'right');
    await session.signOut();
    session.close();
    expect(leave).not.toHaveBeenCalled();
  });
});
