import { FakeChannel, FakeGateway, SESSION } from './fake-gateway';
import { marker } from './marker';
import { Session } from './session.svelte';

describe('a session of a provider', () => {
  let gateway: FakeGateway;
  const sessions: Session[] = [];

  function tab() {
    const session = new Session();
    sessions.push(session);
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
});
