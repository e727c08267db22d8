import { render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';

import { session, type User } from '.';
import SignedIn from './SignedIn.svelte';

const children = createRawSnippet(() => ({ render: () => '<input aria-label="Town" />' }));

describe('SignedIn', () => {
  beforeEach(() => {
    session.user = { id: 7, username: 'ada', role: 'customer' } as User;
    session.status = 'signed-in';
  });

  afterEach(() => {
    session.status = 'anonymous';
  });

  it('announces that the session ended elsewhere', async () => {
    render(SignedIn, { children });
    session.status = 'anonymous';
    expect(await screen.findByRole('alert')).toHaveTextContent('Sign in to continue');
  });

  it('announces nothing to a visitor who opens the page', () => {
    session.status = 'anonymous';
    render(SignedIn, { children });
    expect(screen.getByText('Sign in to continue')).toBeVisible();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
