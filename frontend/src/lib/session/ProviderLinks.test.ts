import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import { forgetAll } from '$lib/api/remembered';

import { session } from '.';
import { FakeGateway } from './fake-gateway';
import { marker } from './marker';
import ProviderLinks from './ProviderLinks.svelte';

const PROVIDERS = [
  { name: 'keycloak', title: 'Keycloak' },
  { name: 'work', title: 'Our company' },
];

function answering(answer: () => Response) {
  const fetching = vi.fn(async () => answer());
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

describe('ProviderLinks', () => {
  afterEach(forgetAll);

  it('leads to each provider, and back to the page', async () => {
    answering(() => Response.json(PROVIDERS));
    render(ProviderLinks, { returnTo: '/orders' });
    const link = await screen.findByRole('link', { name: 'Sign in with Our company' });
    expect(link).toHaveAttribute(
      'href',
      '/api/v1/auth/oidc/login?provider=work&return_to=%2Forders',
    );
    expect(screen.getAllByRole('link')).toHaveLength(PROVIDERS.length);
  });

  it.each([
    ['there is no provider', () => Response.json([])],
    ['the gateway refuses', () => Response.json({ code: 'x' }, { status: 503 })],
    ['the gateway cannot be reached', () => Response.error()],
  ])('shows nothing if %s', async (_, answer) => {
    const fetching = answering(answer);
    const { container } = render(ProviderLinks, { returnTo: '/' });
    await vi.waitFor(() => expect(fetching).toHaveBeenCalled());
    await new Promise((resolve) => setTimeout(resolve));
    expect(container).toHaveTextContent(/^$/);
  });

  it.each(['[MouseLeft]', '[MouseMiddle]', '[MouseRight]'])(
    'lets the next page look for a session after %s',
    async (button) => {
      answering(() => Response.json(PROVIDERS));
      render(ProviderLinks, { returnTo: '/' });
      const link = await screen.findByRole('link', { name: /Keycloak/ });
      // There is no page to go to in a test.
      link.addEventListener('click', (event) => event.preventDefault());
      expect(marker.isArriving).toBe(false);
      await userEvent.pointer({ keys: button, target: link });
      expect(marker.isArriving).toBe(true);
    },
  );

  it('shows the providers while a session that is over waits for its user', async () => {
    const gateway = new FakeGateway();
    // Too short to be used for a request.
    gateway.lifetime = 10;
    vi.stubGlobal('fetch', gateway.answer);
    await session.signIn('ada', 'right');
    gateway.isOver = true;
    void session.fetch(new Request('http://localhost/api/v1/orders'));
    await vi.waitFor(() => expect(session.dialog.isOpen).toBe(true));
    render(ProviderLinks, { returnTo: '/sign-in', newTab: true });
    expect(await screen.findByRole('link', { name: /Keycloak/ })).toBeVisible();
    session.dialog.close(false);
  });

  it('opens a new tab where the page must stay', async () => {
    answering(() => Response.json(PROVIDERS));
    render(ProviderLinks, { returnTo: '/sign-in', newTab: true });
    const link = await screen.findByRole('link', { name: /Keycloak, in a new tab/ });
    expect(link).toHaveAttribute('target', '_blank');
  });
});
