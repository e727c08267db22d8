import { connection } from './connection.svelte';

const failing = (error: Error) =>
  connection.watch(Promise.reject(error)).catch(() => undefined);

describe('connection', () => {
  afterEach(() => {
    connection.isLost = false;
  });

  it('is lost when a request reaches no server, until one does', async () => {
    await failing(new TypeError('Failed to fetch'));
    expect(connection.isLost).toBe(true);
    await connection.watch(Promise.resolve(new Response(null, { status: 503 })));
    expect(connection.isLost).toBe(false);
  });

  it('is not lost when the page itself aborts a request', async () => {
    await failing(new DOMException('aborted', 'AbortError'));
    expect(connection.isLost).toBe(false);
  });
});
