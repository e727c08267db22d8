import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import type { Outcome } from '$lib/api';
import { failure } from '$lib/api/testing';

import Confirm from './Confirm.svelte';

const DONE: Outcome<unknown> = {
  ok: true,
  value: undefined,
  status: 204,
  headers: new Headers(),
};

function confirm(outcome: Outcome<unknown> | Promise<Outcome<unknown>>) {
  const act = vi.fn(async () => outcome);
  const ondone = vi.fn();
  const texts = { opener: 'Erase', title: 'Erase it?', what: 'For ever.' };
  render(Confirm, { ...texts, yes: 'Yes', no: 'No', act, ondone });
  return { act, ondone };
}

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('Confirm', () => {
  it('asks before it acts', async () => {
    const { act } = confirm(DONE);
    await press('Erase');
    expect(screen.getByRole('dialog', { name: 'Erase it?' })).toBeVisible();
    expect(act).not.toHaveBeenCalled();
  });

  it('does nothing after a no', async () => {
    const { act } = confirm(DONE);
    await press('Erase');
    await press('No');
    expect(act).not.toHaveBeenCalled();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('acts after a yes, and closes', async () => {
    const { act, ondone } = confirm(DONE);
    await press('Erase');
    await press('Yes');
    expect(act).toHaveBeenCalledOnce();
    await waitFor(() => expect(ondone).toHaveBeenCalledOnce());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is not closed by a no while it acts', async () => {
    confirm(new Promise<Outcome<unknown>>(() => {}));
    await press('Erase');
    await press('Yes');
    await press('No');
    expect(screen.getByRole('dialog')).toBeVisible();
  });

  it('opens again if what it does fails after the Escape key', async () => {
    let fail = () => {};
    confirm(new Promise((resolve) => (fail = () => resolve(failure('timeout')))));
    await press('Erase');
    await press('Yes');
    screen.getByRole<HTMLDialogElement>('dialog').close();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    fail();
    expect(await screen.findByRole('alert')).toBeVisible();
  });

  it('stays open and explains what went wrong', async () => {
    const { ondone } = confirm(failure('conflict', 'last_administrator'));
    await press('Erase');
    await press('Yes');
    expect(await screen.findByRole('alert')).toHaveTextContent('last active administrator');
    expect(ondone).not.toHaveBeenCalled();
  });
});
