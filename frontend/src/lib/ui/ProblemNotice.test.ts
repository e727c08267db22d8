import { render, screen } from '@testing-library/svelte';

import { problemOf } from '$lib/api/problem';

import { announcer } from './announcer.svelte';
import ProblemNotice from './ProblemNotice.svelte';

const answer = (status: number) =>
  problemOf(new Response(null, { status, headers: { 'X-Request-ID': 'abc-1' } }), {});

describe('ProblemNotice', () => {
  it.each([500, 503, 504])('shows the reference of a fault with status %i', (status) => {
    render(ProblemNotice, { problem: answer(status) });
    expect(screen.getByText('Reference for support: abc-1')).toBeVisible();
  });

  it('shows no reference for what the reader can correct', () => {
    render(ProblemNotice, { problem: answer(422) });
    expect(screen.queryByText(/Reference/)).toBeNull();
  });

  it('says after a lost answer to a change that its outcome is unknown', () => {
    render(ProblemNotice, { problem: answer(504) });
    expect(screen.getByRole('alert')).toHaveTextContent('we do not know');
  });

  it('says that it failed again', async () => {
    render(ProblemNotice, { problem: answer(500), retry: () => {} });
    screen.getByRole('button').click();
    await vi.waitFor(() => expect(announcer.text).toContain('Something went wrong'));
  });

  it('says nothing about an outcome where the page only reads', () => {
    render(ProblemNotice, { problem: answer(504), retry: () => {} });
    expect(screen.getByRole('alert')).toHaveTextContent('out of order');
    expect(screen.getByRole('alert')).not.toHaveTextContent('we do not know');
  });
});
