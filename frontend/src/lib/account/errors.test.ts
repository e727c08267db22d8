import type { Problem } from '$lib/api';
import { m } from '$lib/texts';

import { passwordErrors, profileErrors } from './errors';

const problem = (code: string, fields: Record<string, string> = {}): Problem => ({
  kind: 'invalid',
  status: 422,
  code,
  detail: '',
  fields,
  rejected: [],
});

describe('profileErrors', () => {
  it('ties a taken address to its field', () => {
    expect(profileErrors(problem('email_taken'))).toEqual({ email: m.error_email_taken() });
  });

  it('ties a name that is refused to its field', () => {
    const errors = profileErrors(problem('invalid', { full_name: 'has a line break' }));
    expect(errors).toEqual({ fullName: m.error_text() });
  });

  it('leaves other problems to the page', () => {
    expect(profileErrors(problem('rate_limited'))).toEqual({});
  });
});

describe('passwordErrors', () => {
  it('ties a wrong password to the current one', () => {
    const errors = passwordErrors(problem('current_password_wrong'));
    expect(errors).toEqual({ current: m.account_password_wrong() });
  });

  it('ties a weak password to the new one', () => {
    const errors = passwordErrors(problem('invalid', { new_password: 'is common' }));
    expect(errors).toEqual({ chosen: m.error_password_weak() });
  });
});
