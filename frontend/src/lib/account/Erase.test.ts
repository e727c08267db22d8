import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import { goto } from '$app/navigation';
import type { User } from '$lib/api';
import { session } from '$lib/session';
import { FakeGateway } from '$lib/session/fake-gateway';
import { m } from '$lib/texts';
import { announcer } from '$lib/ui/announcer.svelte';

import Erase from './Erase.svelte';

vi.mock('$app/navigation');

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('Erase', () => {
  let gateway: FakeGateway;
  const erasing = vi.fn<() => Promise<Response>>();

  async function confirm() {
    render(Erase, { user: session.user as User });
    await press(m.account_erase());
    await userEvent.type(screen.getByLabelText(/ada/), 'ada');
    await press(m.account_erase_yes());
    await waitFor(() => expect(erasing).toHaveBeenCalledOnce());
  }

  beforeEach(async () => {
    vi.resetAllMocks();
    gateway = new FakeGateway();
    vi.stubGlobal('fetch', (input: Request | URL, init?: RequestInit) => {
      const { method, url } = new Request(input, init);
      const isErasure = method === 'DELETE' && url.endsWith('/users/me');
      return isErasure ? erasing() : gateway.answer(input, init);
    });
    await session.signIn('ada', 'right');
  });

  afterEach(() => session.signOut({ isErased: true }));

  it('is not closed by a no while it erases', async () => {
    erasing.mockReturnValue(new Promise(() => {}));
    await confirm();
    await press(m.account_erase_no());
    expect(screen.getByRole('dialog')).toBeVisible();
  });

  it('opens again if the erasure fails after the Escape key', async () => {
    let fail = () => {};
    const failed = Response.json({}, { status: 503 });
    erasing.mockReturnValue(new Promise((resolve) => (fail = () => resolve(failed))));
    await confirm();
    screen.getByRole<HTMLDialogElement>('dialog').close();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    fail();
    expect(await screen.findByRole('alert')).toBeVisible();
    expect(session.isSignedIn).toBe(true);
  });

  it('forgets the session even if it cannot be ended', async () => {
    erasing.mockResolvedValue(new Response(null, { status: 204 }));
    gateway.signOut = () => Response.json({}, { status: 503 });
    const say = vi.spyOn(announcer, 'say');
    await confirm();
    await waitFor(() => expect(goto).toHaveBeenCalledWith('/'));
    expect(say).toHaveBeenCalledWith(m.account_erased());
    expect(session.status).toBe('anonymous');
  });
});
