/** Stands in for the browser's tabs and for the gateway in tests. */

const USERS: Record<string, { id: number; [field: string]: unknown }> = {
  ada: { id: 7, username: 'ada', full_name: null, role: 'customer' },
  bob: { id: 8, username: 'bob', full_name: null, role: 'customer' },
};
export const SESSION = '/api/v1/auth/session';

/** Tabs of one browser: a message reaches all channels but its own, and at once. */
export class FakeChannel {
  static open = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    FakeChannel.open.add(this);
  }
  postMessage(data: unknown) {
    for (const other of FakeChannel.open) if (other !== this) other.onmessage?.({ data });
  }
  close() {
    FakeChannel.open.delete(this);
  }
}

/** The gateway: one session, whose access tokens are numbered. */
export class FakeGateway {
  isOver = false;
  /** It does not say who the user is. */
  isBusy = false;
  username = 'ada';
  password = 'right';
  issued = 0;
  valid = '';
  lifetime = 900;
  /** The log-out page of the provider at which the session was begun. */
  endSessionUrl: string | undefined;
  providers = [{ name: 'keycloak', title: 'Keycloak' }];
  requests: string[] = [];

  answer = async (input: Request | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    this.requests.push(call);
    if (call === `POST ${SESSION}/refresh`)
      return this.isOver ? this.refusal() : this.token();
    if (call === `POST ${SESSION}`) return this.signIn(await request.json());
    if (call === 'GET /api/v1/auth/oidc/providers') return Response.json(this.providers);
    if (call === `DELETE ${SESSION}`) return this.signOut();
    if (request.headers.get('Authorization') !== `Bearer ${this.valid}`)
      return this.refusal();
    if (!call.endsWith('/users/me')) return Response.json({ body: await request.text() });
    if (this.isBusy) return new Response(null, { status: 503 });
    return Response.json(USERS[this.username]);
  };

  token() {
    const sub = String(USERS[this.username]?.id);
    this.valid = `token-${++this.issued}.${btoa(JSON.stringify({ sub }))}.signature`;
    return Response.json({ access_token: this.valid, expires_in: this.lifetime });
  }

  signIn({ username, password }: { username: string; password: string }) {
    if (password !== this.password) return this.refusal();
    this.username = username;
    this.isOver = false;
    return this.token();
  }

  signOut() {
    if (this.endSessionUrl === undefined) return new Response(null, { status: 204 });
    return Response.json({ end_session_url: this.endSessionUrl });
  }

  refusal() {
    return Response.json({ code: 'not_authenticated' }, { status: 401 });
  }

  count(call: string) {
    return this.requests.filter((request) => request === call).length;
  }
}
