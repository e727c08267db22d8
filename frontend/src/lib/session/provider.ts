/** The ways to an OpenID Connect provider and back: docs/OIDC.md. */
import { signInAddress } from './return-to';

const LOGIN = '/api/v1/auth/oidc/login';
const ERROR = 'login_error';
const LONGEST_TARGET = 1024;
const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

let lastError: string | undefined;

/** Returns the address of the log-in, after which the browser comes back to the target. */
export function providerLoginAddress(name: string, target: string): string {
  // The service refuses a backslash, which `URL` leaves in a query.
  const path = target.replaceAll('\\', '%5C');
  const query = new URLSearchParams({
    provider: name,
    return_to: path.length > LONGEST_TARGET ? '/' : path,
  });
  return `${LOGIN}?${query}`;
}

/**
 * Keeps the error of a log-in that failed, which the address of the way back names.
 *
 * Returns the sign-in page that leads to the same address without the error.
 */
export function keepLoginError(address: URL): string | undefined {
  const code = address.searchParams.get(ERROR);
  if (code === null) return undefined;
  lastError = code;
  const wanted = new URL(address);
  wanted.searchParams.delete(ERROR);
  return signInAddress(wanted);
}

/** Returns the error that was kept: it is shown once. */
export function takeLoginError(): string | undefined {
  const code = lastError;
  lastError = undefined;
  return code;
}

/** Returns where the browser logs out at the provider, if it can go there safely. */
export function safeEndSessionUrl(url: string | null | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const isLocal = protocol === 'http:' && THIS_MACHINE.has(hostname);
  return protocol === 'https:' || isLocal ? url : undefined;
}
