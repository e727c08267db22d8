import type { User } from '$lib/api';
import { session } from '$lib/session';
import { FakeGateway, SESSION } from '$lib/session/fake-gateway';

import { PasswordChange } from './account';

const CHOSEN = 'correct horse battery';

describe('PasswordChange', () => {
  let gateway: FakeGateway;
  let attempts: PasswordChange;
  const changing = vi.fn<() => Promise<Response>>();

  const change = (chosen = CHOSEN) =>
    attempts.change(session.user as User, 'right', chosen);

  beforeEach(async () => {
    gateway = new FakeGateway();
    attempts = new PasswordChange();
    changing.mockReset();
    vi.stubGlobal('fetch', (input: Request | URL, init?: RequestInit) => {
      const { method } = new Request(input, init);
      return method === 'PUT' ? changing() : gateway.answer(input, init);
    });
    await session.signIn('ada', 'right');
    changing.mockRejectedValueOnce(new DOMException('signal timed out', 'TimeoutError'));
    expect(await change()).toMatchObject({ problem: { kind: 'timeout' } });
  });

  afterEach(() => session.signOut());

  it('is done if its answer was lost, and the new password signs in', async () => {
    gateway.password = CHOSEN;
    gateway.isOver = true;
    gateway.valid = 'revoked';
    expect((await change()).ok).toBe(true);
    expect(changing).toHaveBeenCalledOnce();
  });

  it('is repeated if the new password does not sign in', async () => {
    changing.mockResolvedValueOnce(new Response(null, { status: 204 }));
    expect((await change()).ok).toBe(true);
    expect(changing).toHaveBeenCalledTimes(2);
  });

  it('is not repeated while it is not known whether the new password signs in', async () => {
    gateway.isBusy = true;
    gateway.password = CHOSEN;
    expect(await change()).toMatchObject({ problem: { kind: 'unavailable' } });
    expect(changing).toHaveBeenCalledOnce();
  });

  it('is found after another password was tried', async () => {
    changing.mockResolvedValueOnce(Response.json({}, { status: 400 }));
    await change('another horse battery');
    gateway.password = CHOSEN;
    expect((await change()).ok).toBe(true);
    expect(changing).toHaveBeenCalledTimes(2);
  });

  it('does not try a password that was never sent', async () => {
    const before = gateway.count(`POST ${SESSION}`);
    changing.mockResolvedValueOnce(Response.json({}, { status: 400 }));
    await change('another horse battery');
    expect(gateway.count(`POST ${SESSION}`)).toBe(before);
  });
});
