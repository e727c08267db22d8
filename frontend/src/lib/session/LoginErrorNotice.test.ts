import { render, screen } from '@testing-library/svelte';

import LoginErrorNotice from './LoginErrorNotice.svelte';

describe('LoginErrorNotice', () => {
  it.each([
    ['login_denied', 'did not agree'],
    ['login_state_invalid', 'ten minutes'],
    ['provider_login_failed', 'was not valid'],
    ['provider_unavailable', 'does not respond'],
    ['provider_not_found', 'does not know this provider'],
    ['cross_site_login', 'another site'],
    ['too_many_requests', 'too many attempts'],
    ['peer_unreachable', 'could not finish it'],
    ['constructor', 'could not finish it'],
  ])('explains %s', (code, words) => {
    render(LoginErrorNotice, { code });
    expect(screen.getByRole('alert')).toHaveTextContent(words);
  });
});
