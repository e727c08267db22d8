/** Requests about the user's own account. */
import {
  api,
  hasUnknownOutcome,
  outcomeOf,
  type Outcome,
  type Schemas,
  type User,
} from '$lib/api';
import { session } from '$lib/session';

export type BrowserSession = Schemas['user_SessionRead'];

/** The texts in the form of a user's profile. */
export interface ProfileText {
  fullName: string;
  email: string;
}

export function profileOf(user: User): ProfileText {
  return { fullName: user.full_name ?? '', email: user.email ?? '' };
}

/** Sends only what was changed in this form: another tab may have changed the rest. */
export async function changeProfile(
  opened: ProfileText,
  typed: ProfileText,
): Promise<Outcome<User>> {
  const [fullName, email] = [typed.fullName.trim(), typed.email.trim()];
  const body = {
    ...(fullName !== opened.fullName && { full_name: fullName || null }),
    ...(email !== opened.email && { email: email || null }),
  };
  const outcome = await outcomeOf(api.PATCH('/api/v1/users/me', { body }));
  if (outcome.ok) session.update(outcome.value);
  return outcome;
}

/** The attempts of one form to change the password. */
export class PasswordChange {
  /** It may be the password already, because the answer to an attempt was lost. */
  #lost: string | undefined;

  /**
   * Changes the password, which ends all sessions of the user, and signs in again here.
   *
   * If only signing in fails, the next request opens the dialog that asks for the password.
   */
  async change(user: User, current: string, chosen: string): Promise<Outcome<unknown>> {
    if (chosen === this.#lost) {
      const signedIn = await session.signIn(user.username, chosen);
      if (signedIn.ok || signedIn.problem.kind !== 'signed-out') return signedIn;
    }
    const body = { current_password: current, new_password: chosen };
    const outcome = await outcomeOf(api.PUT('/api/v1/users/me/password', { body }));
    if (outcome.ok) {
      this.#lost = undefined;
      await session.signIn(user.username, chosen);
    } else if (hasUnknownOutcome(outcome.problem)) this.#lost = chosen;
    return outcome;
  }
}

export async function listSessions(
  signal: AbortSignal | null,
): Promise<Outcome<BrowserSession[]>> {
  const query = { limit: 100 };
  return outcomeOf(api.GET('/api/v1/users/me/sessions', { params: { query }, signal }));
}

export async function endSession(sid: string): Promise<Outcome<unknown>> {
  const params = { path: { sid } };
  return outcomeOf(api.DELETE('/api/v1/users/me/sessions/{sid}', { params }));
}

/** Erases the account and the personal data of the user, for ever, and signs out. */
export async function eraseAccount(): Promise<Outcome<unknown>> {
  const outcome = await outcomeOf(api.DELETE('/api/v1/users/me'));
  // The session of an erased account is useless, even if signing out fails.
  if (outcome.ok) await session.signOut({ isErased: true });
  return outcome;
}
