import { m } from '$lib/texts';

import { session } from '.';
import { FakeGateway, SESSION } from './fake-gateway';
import { SignUp } from './registration';

const REGISTER = 'POST /api/v1/auth/register';
const ADA = { username: 'ada', email: '', fullName: '', password: 'correct horse battery' };
const TAKEN = { is: 'invalid', errors: { username: m.error_username_taken() } };

const refused = (code: string) => Response.json({ code }, { status: 400 });
const timeout = () => new DOMException('signal timed out', 'TimeoutError');

describe('SignUp', () => {
  let gateway: FakeGateway;
  let attempts: SignUp;
  const registering = vi.fn<() => Promise<Response>>();

  beforeEach(() => {
    gateway = new FakeGateway();
    gateway.password = ADA.password;
    attempts = new SignUp();
    registering.mockReset();
    vi.stubGlobal('fetch', async (input: Request | URL, init?: RequestInit) => {
      const { method, url } = new Request(input, init);
      const isRegistration = `${method} ${new URL(url).pathname}` === REGISTER;
      return isRegistration ? registering() : gateway.answer(input, init);
    });
  });

  afterEach(() => session.signOut());

  it.each(['username_taken', 'email_taken'])(
    'signs in if an answer was lost, and the next one is %s',
    async (code) => {
      registering.mockRejectedValueOnce(timeout());
      expect(await attempts.register(ADA)).toMatchObject({ is: 'failed' });
      registering.mockResolvedValueOnce(refused(code));
      expect(await attempts.register(ADA)).toEqual({ is: 'signed-in' });
      expect(session.user?.username).toBe('ada');
    },
  );

  it('says that the name is taken if the password is of another account', async () => {
    registering.mockRejectedValueOnce(timeout());
    await attempts.register(ADA);
    gateway.password = 'of another account';
    registering.mockResolvedValueOnce(refused('username_taken'));
    expect(await attempts.register(ADA)).toEqual(TAKEN);
  });

  it('does not say that the name is taken if the gateway cannot sign in', async () => {
    registering.mockRejectedValueOnce(timeout());
    await attempts.register(ADA);
    gateway.isBusy = true;
    registering.mockResolvedValueOnce(refused('username_taken'));
    expect(await attempts.register(ADA)).toMatchObject({
      is: 'failed',
      problem: { kind: 'unavailable' },
    });
  });

  it('does not try to sign in to the account of somebody else', async () => {
    registering.mockResolvedValueOnce(refused('username_taken'));
    expect(await attempts.register(ADA)).toEqual(TAKEN);
    registering.mockRejectedValueOnce(timeout());
    await attempts.register({ ...ADA, username: 'bob' });
    registering.mockResolvedValueOnce(refused('username_taken'));
    expect(await attempts.register(ADA)).toEqual(TAKEN);
    expect(gateway.count(`POST ${SESSION}`)).toBe(0);
  });
});
