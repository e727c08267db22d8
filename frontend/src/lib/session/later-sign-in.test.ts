import { FakeChannel, FakeGateway } from './fake-gateway';
import { Session } from './session.svelte';

const order = () =>
  new Request('http://localhost/api/v1/orders', { method: 'POST', body: 'typed' });

describe('Session, if the user does not sign in again', () => {
  let gateway: FakeGateway;
  let session: Session;

  beforeEach(async () => {
    gateway = new FakeGateway();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
    session = new Session();
    await session.signIn('ada', 'right');
    gateway.valid = 'another';
    gateway.isOver = true;
    const response = session.fetch(order());
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    session.dialog.close(false);
    expect((await response).status).toBe(401);
  });

  afterEach(() => session.close());

  it('keeps the user, so that the page stays', () => {
    expect(session.user?.username).toBe('ada');
    expect(session.isSignedIn).toBe(true);
    expect(session.isOver).toBe(true);
  });

  it('asks again for the next action', async () => {
    const response = session.fetch(order());
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    await session.signIn('ada', 'right');
    expect((await response).status).toBe(200);
    expect(session.isOver).toBe(false);
  });

  it('reads as a visitor, once and without asking', async () => {
    const before = gateway.requests.length;
    const response = await session.fetch(new Request('http://localhost/api/v1/orders'));
    expect(response.status).toBe(401);
    expect(gateway.requests.slice(before)).toEqual(['GET /api/v1/orders']);
    expect(session.dialog.isOpen).toBe(false);
  });

  it('does not ask for what was being read before', async () => {
    await session.signIn('ada', 'right');
    gateway.valid = 'another';
    gateway.isOver = true;
    let respond = () => {};
    vi.stubGlobal('fetch', (input: Request | URL, init?: RequestInit) => {
      if (!(input instanceof Request) || input.method !== 'GET')
        return gateway.answer(input, init);
      return new Promise<Response>((resolve) => {
        respond = () => resolve(gateway.refusal());
      });
    });
    const read = session.fetch(new Request('http://localhost/api/v1/orders'));
    const action = session.fetch(order());
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    session.dialog.close(false);
    await action;
    vi.stubGlobal('fetch', gateway.answer);
    respond();
    expect((await read).status).toBe(401);
    expect(session.dialog.isOpen).toBe(false);
  });

  it('is anonymous when another tab signs out', async () => {
    const other = new Session();
    await other.start();
    await other.signOut();
    other.close();
    expect(session.status).toBe('anonymous');
    expect(session.isOver).toBe(false);
  });
});
