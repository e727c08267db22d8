/** Reads refusals of user-service as errors of the fields of a form. */
import type { Problem } from '$lib/api';
import { m } from '$lib/texts';

export interface ProfileErrors {
  fullName?: string;
  email?: string;
}

export function profileErrors({ code, fields }: Problem): ProfileErrors {
  if (code === 'email_taken') return { email: m.error_email_taken() };
  return {
    ...(fields['full_name'] && { fullName: m.error_text() }),
    ...(fields['email'] && { email: m.error_email() }),
  };
}

export interface PasswordErrors {
  current?: string;
  chosen?: string;
}

export function passwordErrors({ code, fields }: Problem): PasswordErrors {
  if (code === 'current_password_wrong') return { current: m.account_password_wrong() };
  return fields['new_password'] ? { chosen: m.error_password_weak() } : {};
}
