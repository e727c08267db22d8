import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import type { User } from '$lib/api';
import { session } from '$lib/session';
import { m } from '$lib/texts';

import Profile from './Profile.svelte';

const ADA = { id: 7, full_name: 'Ada', email: 'old@example.com' } as User;
// Another tab has changed the address.
const CHANGED = { ...ADA, email: 'new@example.com' };

describe('Profile', () => {
  const sent: unknown[] = [];
  const field = (label: string) =>
    screen.getByLabelText<HTMLInputElement>(label, { exact: false });
  const nameField = () => field(m.field_full_name());

  async function saveName(typed: string) {
    await userEvent.clear(nameField());
    await userEvent.type(nameField(), typed);
    await userEvent.click(screen.getByRole('button', { name: m.account_save() }));
  }

  beforeEach(() => {
    sent.length = 0;
    session.user = ADA;
    vi.stubGlobal('fetch', async (request: Request) => {
      const body = (await request.json()) as Partial<User>;
      sent.push(body);
      // As the service stores an address.
      const stored = body.email && { email: body.email.toLowerCase() };
      return Response.json({ ...CHANGED, ...body, ...stored });
    });
  });

  afterEach(() => {
    session.user = undefined;
  });

  it('sends only what was changed', async () => {
    render(Profile, { user: ADA });
    await saveName('Ada King');
    await vi.waitFor(() => expect(sent).toEqual([{ full_name: 'Ada King' }]));
  });

  it('clears a field that was emptied', async () => {
    render(Profile, { user: ADA });
    await saveName(' ');
    await vi.waitFor(() => expect(sent).toEqual([{ full_name: null }]));
  });

  it('shows what another tab has changed, and keeps what is typed', async () => {
    const { rerender } = render(Profile, { user: ADA });
    await userEvent.type(nameField(), ' King');
    await rerender({ user: CHANGED });
    expect([nameField().value, field(m.field_email()).value]).toEqual([
      'Ada King',
      CHANGED.email,
    ]);
  });

  it('sends an address once that is stored in lower case', async () => {
    const { rerender } = render(Profile, { user: ADA });
    await userEvent.clear(field(m.field_email()));
    await userEvent.type(field(m.field_email()), 'ada@EXAMPLE.com');
    await saveName('Ada King');
    await vi.waitFor(() => expect(session.user?.email).toBe('ada@example.com'));
    await rerender({ user: session.user as User });
    await saveName('Ada');
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).toEqual({ full_name: 'Ada' });
  });

  it('can change a field back', async () => {
    const { rerender } = render(Profile, { user: ADA });
    await saveName('Ada King');
    await vi.waitFor(() => expect(session.user?.full_name).toBe('Ada King'));
    await rerender({ user: session.user as User });
    await saveName('Ada');
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).toEqual({ full_name: 'Ada' });
  });
});
