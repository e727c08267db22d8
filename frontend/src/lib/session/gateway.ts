/** The three calls of `/auth/session`, and the one that names the user. */
import type { components } from '$lib/api/generated';

type Schemas = components['schemas'];
export type User = Schemas['user_UserRead'];
export type SessionRead = Schemas['gateway_SessionRead'];

const SESSION = '/api/v1/auth/session';
const TIME_LIMIT_MS = 15_000;

// No form of another site can send a header.
const headers = { 'X-CSRF-Protection': '1', 'Content-Type': 'application/json' };

function send(path: string, init: RequestInit): Promise<Response> {
  const url = new URL(path, location.origin);
  return fetch(url, { ...init, signal: AbortSignal.timeout(TIME_LIMIT_MS) });
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
