import { render, screen } from '@testing-library/svelte';

import { forgetAll } from '$lib/api/remembered';

import PasswordElsewhere from './PasswordElsewhere.svelte';

describe('PasswordElsewhere', () => {
  afterEach(forgetAll);

  it('says that accounts of a provider have no password here', async () => {
    const providers = [{ name: 'work', title: 'Our company' }];
    vi.stubGlobal('fetch', async () => Response.json(providers));
    render(PasswordElsewhere);
    const hint = await screen.findByText(/has no password here/);
    expect(hint).toHaveTextContent('comes from Our company');
  });

  it('says nothing if there is no provider', async () => {
    const fetching = vi.fn(async () => Response.json([]));
    vi.stubGlobal('fetch', fetching);
    const { container } = render(PasswordElsewhere);
    await vi.waitFor(() => expect(fetching).toHaveBeenCalled());
    await new Promise((resolve) => setTimeout(resolve));
    expect(container).toHaveTextContent(/^$/);
  });
});
