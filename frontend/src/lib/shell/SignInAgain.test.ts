import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import { session, type User } from '$lib/session';

import SignInAgain from './SignInAgain.svelte';

describe('SignInAgain', () => {
  it('forgets the password that was typed before it was closed', async () => {
    vi.stubGlobal('fetch', async () => Response.json([]));
    session.user = { id: 7, username: 'ada', role: 'customer' } as User;
    session.status = 'signed-in';
    render(SignInAgain);
    void session.dialog.ask();
    await userEvent.type(await screen.findByLabelText('Password'), 'secret');
    await userEvent.click(screen.getByRole('button', { name: 'Not now' }));
    void session.dialog.ask();
    expect(await screen.findByLabelText('Password')).toHaveValue('');
    session.dialog.reset();
    session.status = 'anonymous';
  });
});
