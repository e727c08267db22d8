import { FakeChannel, FakeGateway, SESSION } from './fake-gateway';
import { Session } from './session.svelte';

const STREAM = '/api/v1/notifications/stream';

describe('a stream of the session', () => {
  let gateway: FakeGateway;
  let session: Session;
  let token: string;

  const open = () =>
    session.fetch(new Request(`http://localhost${STREAM}`), { isStream: true });

  beforeEach(async () => {
    gateway = new FakeGateway();
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('fetch', gateway.answer);
    session = new Session();
    await session.signIn('ada', 'right');
    token = gateway.valid;
    gateway.valid = 'another';
  });

  afterEach(() => {
    session.close();
    vi.restoreAllMocks();
  });

  it('renews the session once, and opens again', async () => {
    expect((await open()).status).toBe(200);
    expect(gateway.count(`GET ${STREAM}`)).toBe(2);
    expect(gateway.count(`POST ${SESSION}/refresh`)).toBe(1);
  });

  it('opens no dialog if the session is over, because the user did nothing', async () => {
    gateway.isOver = true;
    expect((await open()).status).toBe(401);
    expect(session.isOver).toBe(true);
    expect(session.dialog.isOpen).toBe(false);
    expect(gateway.count(`GET ${STREAM}`)).toBe(1);
  });

  it('leaves it to the next request to ask', async () => {
    gateway.isOver = true;
    await open();
    const read = session.fetch(new Request('http://localhost/api/v1/orders'));
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    await session.signIn('ada', 'right');
    expect((await read).status).toBe(200);
    expect(session.isOver).toBe(false);
  });

  it('is not limited in time', async () => {
    const limit = vi.spyOn(AbortSignal, 'timeout');
    gateway.valid = token;
    await open();
    expect(limit).not.toHaveBeenCalled();
  });
});
