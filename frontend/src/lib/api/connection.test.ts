import { Connection } from './connection.svelte';

describe('Connection', () => {
  let connection: Connection;
  const probe = vi.fn<typeof fetch>();

  const failing = (error: Error) =>
    connection.watch(Promise.reject(error)).catch(() => undefined);
  const lose = () => failing(new TypeError('Failed to fetch'));

  beforeEach(() => {
    vi.useFakeTimers();
    probe.mockReset().mockRejectedValue(new TypeError('Failed to fetch'));
    vi.stubGlobal('fetch', probe);
    connection = new Connection();
  });

  afterEach(() => connection.close());

  it('is lost when a request reaches no server, until one does', async () => {
    await lose();
    expect(connection.isLost).toBe(true);
    await connection.watch(Promise.resolve(new Response(null, { status: 503 })));
    expect(connection.isLost).toBe(false);
  });

  it('is not lost when the page itself aborts a request', async () => {
    await failing(new DOMException('aborted', 'AbortError'));
    expect(connection.isLost).toBe(false);
  });

  it('is looked for until it is back', async () => {
    await lose();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(connection.isLost).toBe(true);
    probe.mockResolvedValue(new Response());
    await vi.advanceTimersByTimeAsync(4_000);
    expect(connection.isLost).toBe(false);
    const { length } = probe.mock.calls;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(length);
  });

  it('is not lost only because the browser says so', async () => {
    probe.mockResolvedValue(new Response());
    dispatchEvent(new Event('offline'));
    await vi.advanceTimersByTimeAsync(0);
    expect(probe).toHaveBeenCalled();
    expect(connection.isLost).toBe(false);
  });

  it('is not lost because one address fails', async () => {
    probe.mockResolvedValue(new Response());
    const act = vi.fn(lose);
    connection.whenBack(act);
    await lose();
    expect(connection.isLost).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(act).not.toHaveBeenCalled();
  });

  /** Looks for the connection, which fails after another request has had an answer. */
  async function answeredWhileLookedFor(): Promise<boolean> {
    let fail = () => {};
    probe.mockReturnValueOnce(
      new Promise((_, reject) => (fail = () => reject(new TypeError('timed out')))),
    );
    const checked = connection.check();
    await connection.watch(Promise.resolve(new Response()));
    fail();
    return checked;
  }

  it('is not lost if another request has an answer while it is looked for', async () => {
    expect(await answeredWhileLookedFor()).toBe(true);
  });

  it('is looked for again after an answer that was the last one', async () => {
    await answeredWhileLookedFor();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(connection.isLost).toBe(true);
  });

  it('does not call back what was given up', async () => {
    const act = vi.fn();
    const giveUp = connection.whenBack(act);
    await lose();
    giveUp();
    probe.mockResolvedValue(new Response());
    await vi.advanceTimersByTimeAsync(4_000);
    expect(act).not.toHaveBeenCalled();
  });

  it('is slow while a request takes longer than usual', async () => {
    let answer: (response: Response) => void = () => {};
    const sent = new Promise<Response>((resolve) => (answer = resolve));
    const watched = connection.watch(sent);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(connection.isSlow).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(connection.isSlow).toBe(true);
    answer(new Response());
    await watched;
    expect(connection.isSlow).toBe(false);
  });

  it('is not slow because of a stream, for which no page waits', async () => {
    void connection.observe(new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.isSlow).toBe(false);
  });

  it('calls back once when it returns', async () => {
    const act = vi.fn();
    connection.whenBack(act);
    await lose();
    expect(act).not.toHaveBeenCalled();
    probe.mockResolvedValue(new Response());
    await vi.advanceTimersByTimeAsync(4_000);
    probe.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await lose();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
