/** The calls that a session makes itself: `/auth/session`, its user, and providers. */
import { connection } from '$lib/api/connection.svelte';
import type { components } from '$lib/api/generated';

type Schemas = components['schemas'];
export type User = Schemas['user_UserRead'];
export type SessionRead = Schemas['gateway_SessionRead'];
export type SessionEnded = Schemas['gateway_SessionEnded'];
export type Provider = Schemas['user_ProviderRead'];

const SESSION = '/api/v1/auth/session';
const TIME_LIMIT_MS = 15_000;

// No form of another site can send a header.
const headers = { 'X-CSRF-Protection': '1', 'Content-Type': 'application/json' };

function send(path: string, init: RequestInit): Promise<Response> {
  const url = new URL(path, location.origin);
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  return connection.watch(fetch(url, { ...init, signal }));
}

export function openSession(username: string, password: string): Promise<Response> {
  const body = JSON.stringify({ username, password });
  return send(SESSION, { method: 'POST', headers, body });
}

export function refreshSession(): Promise<Response> {
  return send(`${SESSION}/refresh`, { method: 'POST', headers });
}

export function endSession(): Promise<Response> {
  return send(SESSION, { method: 'DELETE', headers });
}

export function fetchUser(accessToken: string): Promise<Response> {
  return send('/api/v1/users/me', { headers: { Authorization: `Bearer ${accessToken}` } });
}

/** Sends a request of a page in the name of a user, or of a visitor. */
export function sendAs(
  accessToken: string | undefined,
  request: Request,
): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  return connection.watch(fetch(signed(accessToken, request, signal)));
}

/** The same without a limit to the time of the response, for which no page waits. */
export function openStreamAs(
  accessToken: string | undefined,
  request: Request,
): Promise<Response> {
  return connection.observe(fetch(signed(accessToken, request, request.signal)));
}

function signed(
  accessToken: string | undefined,
  request: Request,
  signal: AbortSignal,
): Request {
  const headers = new Headers(request.headers);
  if (accessToken) headers.set('Authorization', `Bearer ${accessToken}`);
  return new Request(request, { headers, signal });
}

/** Without the session: a visitor must see them, and a user whose session is over. */
export function fetchProviders(): Promise<Response> {
  return send('/api/v1/auth/oidc/providers', {});
}

/** Reads a response as the client of the API does, for `outcomeOf`. */
export async function answerOf<T>(sent: Promise<Response>) {
  const response = await sent;
  // A proxy's own error is a page, or nothing.
  if (!response.ok)
    return { error: await response.json().catch(() => undefined), response };
  const body: unknown = response.status === 204 ? undefined : await response.json();
  return { data: body as T, response };
}

/** Stands for the answer to a request whose user is no longer the user of this browser. */
export function otherUser(): Response {
  return Response.json({ code: 'other_user' }, { status: 401 });
}

/** Stands for the answer to an action of a user who does not want to sign in again. */
export function signedOut(): Response {
  return Response.json({ code: 'session_over' }, { status: 401 });
}
