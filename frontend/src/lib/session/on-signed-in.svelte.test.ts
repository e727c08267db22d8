import { flushSync } from 'svelte';

import { onSignedIn } from './on-signed-in.svelte';
import { PasswordDialog } from './password-dialog.svelte';

describe('onSignedIn', () => {
  let dialog: PasswordDialog;
  let stop: () => void;
  const load = vi.fn();

  beforeEach(() => {
    load.mockReset();
    dialog = new PasswordDialog();
    stop = $effect.root(() => onSignedIn({ isSignedIn: true, dialog }, load));
    flushSync();
    void dialog.ask();
  });

  afterEach(() => stop());

  it('loads again if the user signs in after they did not want to', () => {
    dialog.close(false);
    flushSync();
    expect(load).toHaveBeenCalledTimes(1);
    void dialog.ask();
    dialog.close(true);
    flushSync();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('loads once if the user signs in at once, because the request waits', () => {
    dialog.close(true);
    flushSync();
    expect(load).toHaveBeenCalledTimes(1);
  });
});
