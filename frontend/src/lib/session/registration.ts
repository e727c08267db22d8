import { api, hasUnknownOutcome, outcomeOf, type Problem } from '$lib/api';
import { m } from '$lib/texts';

import { session } from '.';

export interface Registration {
  username: string;
  email: string;
  fullName: string;
  password: string;
}

export type RegistrationField = keyof Registration;
export type RegistrationErrors = Partial<Record<RegistrationField, string>>;

export type RegistrationOutcome =
  | { is: 'signed-in' }
  /** The account exists, but signing in failed. */
  | { is: 'registered' }
  | { is: 'invalid'; errors: RegistrationErrors }
  | { is: 'failed'; problem: Problem };

const USERNAME = /^[\w.-]{3,50}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD_BYTES = 72;

/** Finds what can be found without the service, which has the last word. */
export function registrationErrors(given: Registration): RegistrationErrors {
  const errors: RegistrationErrors = {};
  if (!USERNAME.test(given.username.trim())) errors.username = m.error_username();
  if (given.email.trim() && !EMAIL.test(given.email.trim())) errors.email = m.error_email();
  const password = passwordError(given.password);
  if (password) errors.password = password;
  return errors;
}

export function passwordError(password: string): string | undefined {
  const composed = password.normalize('NFKC');
  if ([...composed].length < SHORTEST_PASSWORD) return m.error_password_short();
  const bytes = new TextEncoder().encode(composed).length;
  return bytes > LONGEST_PASSWORD_BYTES ? m.error_password_long() : undefined;
}

/** The attempts of one form to create an account. */
export class SignUp {
  /** An account of this name may exist, because the answer to an attempt was lost. */
  #lostUsername: string | undefined;

  async register(given: Registration): Promise<RegistrationOutcome> {
    const errors = registrationErrors(given);
    if (Object.keys(errors).length > 0) return { is: 'invalid', errors };
    const body = {
      username: given.username.trim(),
      password: given.password,
      ...(given.email.trim() && { email: given.email.trim() }),
      ...(given.fullName.trim() && { full_name: given.fullName.trim() }),
    };
    const outcome = await outcomeOf(api.POST('/api/v1/auth/register', { body }));
    if (!outcome.ok && hasUnknownOutcome(outcome.problem))
      this.#lostUsername = body.username;
    if (!outcome.ok && !this.#mayBeOwn(body.username, outcome.problem))
      return refusalOf(outcome.problem);
    const signedIn = await session.signIn(body.username, body.password);
    if (signedIn.ok) return { is: 'signed-in' };
    if (outcome.ok) return { is: 'registered' };
    const isOther = signedIn.problem.kind === 'signed-out';
    return refusalOf(isOther ? outcome.problem : signedIn.problem);
  }

  /** Whether a refusal may concern the account that this form has created. */
  #mayBeOwn(username: string, { code }: Problem): boolean {
    const isTaken = code === 'username_taken' || code === 'email_taken';
    return isTaken && username === this.#lostUsername;
  }
}

/** Reads a refusal of the service as errors of the form's fields. */
export function refusalOf(problem: Problem): RegistrationOutcome {
  const errors = errorsOf(problem);
  if (Object.keys(errors).length === 0) return { is: 'failed', problem };
  return { is: 'invalid', errors };
}

function errorsOf({ code, fields }: Problem): RegistrationErrors {
  if (code === 'username_taken') return { username: m.error_username_taken() };
  if (code === 'email_taken') return { email: m.error_email_taken() };
  return {
    ...(fields['username'] && { username: m.error_username() }),
    ...(fields['email'] && { email: m.error_email() }),
    ...(fields['full_name'] && { fullName: m.error_text() }),
    ...(fields['password'] && { password: m.error_password_weak() }),
  };
}
