import { fireEvent, render, screen } from '@testing-library/svelte';

import { m } from '$lib/texts';

import ErrorPage from './+error.svelte';

vi.mock('$app/state', () => ({ page: { status: 500 } }));

describe('the button of the error page', () => {
  const reload = vi.fn();
  const probe = vi.fn<typeof fetch>();

  async function press() {
    vi.stubGlobal('location', { reload });
    vi.stubGlobal('fetch', probe);
    render(ErrorPage);
    await vi.waitFor(() => expect(probe).toHaveBeenCalledOnce());
    // The probe of the page itself ends; until then, others share it.
    await new Promise((resolve) => setTimeout(resolve));
    const button = screen.getByRole('button', { name: m.try_again() });
    await fireEvent.click(button);
    expect(probe).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(button).not.toHaveClass('busy'));
  }

  beforeEach(() => {
    reload.mockReset();
    probe.mockReset();
  });

  it('loads the page again', async () => {
    probe.mockResolvedValue(new Response());
    await press();
    expect(reload).toHaveBeenCalledOnce();
  });

  it('keeps the page while the shop cannot be reached', async () => {
    probe.mockRejectedValue(new TypeError('Failed to fetch'));
    await press();
    expect(reload).not.toHaveBeenCalled();
    expect(screen.getByText(new RegExp(m.problem_offline()))).toBeVisible();
  });
});
