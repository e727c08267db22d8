import { follow, pauseAfter, type StreamEvent } from './follow';

/** A response whose body has these parts, as they come from the network. */
function stream(...parts: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
  return new Response(body);
}

describe('follow', () => {
  const controller = () => new AbortController();
  let isOver = true;

  beforeEach(() => {
    vi.useFakeTimers();
    isOver = true;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Follows answers one after the other, and stops when there is no other one. */
  async function followed(...answers: (() => Response)[]) {
    const stop = controller();
    const taken: StreamEvent[] = [];
    const asked: (string | undefined)[] = [];
    const following = follow(
      async (lastId) => {
        asked.push(lastId);
        const answer = answers.shift();
        if (answer) return answer();
        stop.abort();
        throw new DOMException('stopped', 'AbortError');
      },
      () => taken.at(-1)?.id,
      (event) => taken.push(event),
      stop.signal,
      () => isOver,
    );
    await vi.advanceTimersByTimeAsync(300_000);
    await following;
    return { taken, asked };
  }

  it('reads an event that arrives in pieces', async () => {
    const { taken } = await followed(() =>
      stream('id: 1-1\nda', 'ta: one\n\nid: 1-2\n', 'data: two\n\n'),
    );
    expect(taken).toEqual([
      { id: '1-1', data: 'one' },
      { id: '1-2', data: 'two' },
    ]);
  });

  it('connects again after the last event that arrived', async () => {
    const { asked } = await followed(
      () => stream('id: 1-1\ndata: one\n\n'),
      () => stream('id: 1-2\ndata: two\n\n'),
    );
    expect(asked).toEqual([undefined, '1-1', '1-2']);
  });

  it('connects again after the place that the first event names', async () => {
    const { taken, asked } = await followed(() => stream(': hello\n\nid: 0-', '7\n\n'));
    expect(taken).toEqual([{ id: '0-7', data: undefined }]);
    expect(asked).toEqual([undefined, '0-7']);
  });

  it('connects again before an event whose end was lost', async () => {
    const { asked } = await followed(() => stream('id: 0-7\n\ndata: one\nid: 1-1\n'));
    expect(asked).toEqual([undefined, '0-7']);
  });

  it('connects again after a failure', async () => {
    const { taken } = await followed(
      () => {
        throw new TypeError('network error');
      },
      () => new Response(null, { status: 503 }),
      () => stream('data: one\n\n'),
    );
    expect(taken).toHaveLength(1);
  });

  it('connects at once when the network returns', async () => {
    let asked = 0;
    const stop = controller();
    const following = follow(
      async () => {
        asked += 1;
        throw new TypeError('network error');
      },
      () => undefined,
      () => undefined,
      stop.signal,
      () => isOver,
    );
    await vi.advanceTimersByTimeAsync(0);
    dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
    stop.abort();
    await following;
    expect(asked).toBe(2);
  });

  it('ends when the session is over', async () => {
    const { asked } = await followed(() => new Response(null, { status: 401 }));
    expect(asked).toEqual([undefined]);
  });

  it('connects again after a 401 if the session goes on', async () => {
    isOver = false;
    const { taken } = await followed(
      () => new Response(null, { status: 401 }),
      () => stream('data: one\n\n'),
    );
    expect(taken).toHaveLength(1);
  });

  it.each([
    ['is silent for too long', () => vi.advanceTimersByTimeAsync(42_000)],
    [
      'was made in another network',
      async () => {
        dispatchEvent(new Event('online'));
        await vi.advanceTimersByTimeAsync(2_000);
      },
    ],
  ])('connects again when the connection %s', async (_, wait) => {
    let asked = 0;
    const stop = controller();
    const following = follow(
      async () => {
        asked += 1;
        return new Response(new ReadableStream());
      },
      () => undefined,
      () => undefined,
      stop.signal,
      () => isOver,
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(1);
    await wait();
    expect(asked).toBe(2);
    stop.abort();
    dispatchEvent(new Event('online'));
    await following;
  });

  it('does not hide a fault of its own', async () => {
    const failing = follow(
      () => Promise.reject(new RangeError('a fault')),
      () => undefined,
      () => undefined,
      controller().signal,
      () => isOver,
    );
    await expect(failing).rejects.toThrow('a fault');
  });
});

describe('pauseAfter', () => {
  it('doubles up to a limit', () => {
    expect([0, 1, 2, 9].map((failures) => pauseAfter(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 30_000,
    ]);
  });

  it('differs between browsers', () => {
    expect(pauseAfter(2, 0)).toBe(2_000);
  });
});
