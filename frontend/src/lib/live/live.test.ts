import type { Notification } from '$lib/api';

import { Live } from './live.svelte';

/** Channels of one browser: a message reaches all of the same name but its own. */
class FakeChannel {
  static open = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly name: string) {
    FakeChannel.open.add(this);
  }
  postMessage(data: unknown) {
    for (const other of FakeChannel.open) {
      if (other !== this && other.name === this.name) other.onmessage?.({ data });
    }
  }
  close() {
    FakeChannel.open.delete(this);
  }
}

/** The gateway's stream, which the test writes. */
class FakeStream {
  opened = 0;
  lastIds: (string | null)[] = [];
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  answer = async ({ headers, signal }: Request): Promise<Response> => {
    this.opened += 1;
    this.lastIds.push(headers.get('Last-Event-ID'));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  };

  send(id: string, notification: Partial<Notification>) {
    const event = `id: ${id}\ndata: ${JSON.stringify(notification)}\n\n`;
    this.#controller?.enqueue(new TextEncoder().encode(event));
  }
}

/** One holder at a time, as `navigator.locks`. */
class FakeLocks {
  #queue: Promise<unknown> = Promise.resolve();
  request(_: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>) {
    const turn = this.#queue.then(() => (signal.aborted ? undefined : run()));
    this.#queue = turn;
    return turn;
  }
}

describe('Live', () => {
  let stream: FakeStream;

  beforeEach(() => {
    stream = new FakeStream();
    vi.stubGlobal('fetch', stream.answer);
    vi.stubGlobal('BroadcastChannel', FakeChannel);
    vi.stubGlobal('navigator', { locks: new FakeLocks() });
  });

  it('counts new notifications, and not their changes', async () => {
    const tab = new Live();
    const taken: [number, boolean][] = [];
    tab.subscribe(({ id }, isNew) => taken.push([id, isNew]));
    const stop = tab.start();
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7, status: 'pending' });
    stream.send('1-2', { id: 7, status: 'sent' });
    await vi.waitFor(() =>
      expect(taken).toEqual([
        [7, true],
        [7, false],
      ]),
    );
    expect(tab.unread).toBe(1);
    stop();
  });

  it('holds one stream for all tabs', async () => {
    const [first, second] = [new Live(), new Live()];
    const stops = [first.start(), second.start()];
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7 });
    await vi.waitFor(() => expect(second.unread).toBe(1));
    expect(stream.opened).toBe(1);
    stops.forEach((stop) => stop());
  });

  it('is read in all tabs', async () => {
    const first = new Live();
    const stops = [first.start()];
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7 });
    await vi.waitFor(() => expect(first.unread).toBe(1));
    const later = new Live();
    stops.push(later.start());
    later.markRead();
    expect(first.unread).toBe(0);
    stops.forEach((stop) => stop());
  });

  it('is read in all tabs when it arrives where the user reads', async () => {
    const [first, second] = [new Live(), new Live()];
    const stops = [first.start(), second.start()];
    const arrived = vi.fn(() => first.markRead());
    first.subscribe(arrived);
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7 });
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled());
    expect([first.unread, second.unread]).toEqual([0, 0]);
    stops.forEach((stop) => stop());
  });

  it('lets another tab continue where a closed one stopped', async () => {
    const [first, second] = [new Live(), new Live()];
    const stopFirst = first.start();
    const stopSecond = second.start();
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7 });
    await vi.waitFor(() => expect(second.unread).toBe(1));
    stopFirst();
    await vi.waitFor(() => expect(stream.lastIds).toEqual([null, '1-1']));
    stopSecond();
  });

  it('forgets the notifications of a user who signed out', async () => {
    const tab = new Live();
    const stop = tab.start();
    await vi.waitFor(() => expect(stream.opened).toBe(1));
    stream.send('1-1', { id: 7 });
    await vi.waitFor(() => expect(tab.unread).toBe(1));
    stop();
    expect(tab.unread).toBe(0);
  });
});
