import type { Problem } from '$lib/api';

import { passwordError, refusalOf, registrationErrors } from './registration';

const GOOD = {
  username: 'ada',
  email: '',
  fullName: '',
  password: 'correct horse battery',
};

function refusal(code: string, fields: Record<string, string> = {}): Problem {
  return { kind: 'invalid', status: 422, code, detail: '', fields, rejected: [] };
}

describe('registrationErrors', () => {
  it('finds nothing wrong with a name and a password', () => {
    expect(registrationErrors(GOOD)).toEqual({});
  });

  it.each([
    ['username', 'ad'],
    ['username', 'ada lovelace'],
    ['email', 'ada'],
    ['email', 'ada@ example.com'],
    ['password', 'short'],
  ])('finds that the %s %o is wrong', (field, value) => {
    expect(Object.keys(registrationErrors({ ...GOOD, [field]: value }))).toEqual([field]);
  });

  it('ignores blanks around a username, as the service does', () => {
    expect(registrationErrors({ ...GOOD, username: ' ada ' })).toEqual({});
  });
});

describe('passwordError', () => {
  it('counts the bytes of the longest password', () => {
    expect(passwordError('ä'.repeat(36))).toBeUndefined();
    expect(passwordError('ä'.repeat(37))).toBeDefined();
  });
});

describe('refusalOf', () => {
  it.each([
    ['username_taken', {}, 'username'],
    ['email_taken', {}, 'email'],
    ['invalid_request', { password: 'too common' }, 'password'],
    ['password_is_name', { password: 'is the username' }, 'password'],
    ['invalid_request', { full_name: 'has a line break' }, 'fullName'],
  ])('puts %s %o at the field %s', (code, fields, field) => {
    const outcome = refusalOf(refusal(code, fields));
    expect(outcome.is === 'invalid' && Object.keys(outcome.errors)).toEqual([field]);
  });

  it('returns a problem that concerns no field', () => {
    expect(refusalOf(refusal('too_many_requests')).is).toBe('failed');
  });
});
