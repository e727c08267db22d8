/** Reads a stream of server-sent events, again and again. */
import { createParser } from 'eventsource-parser';

export interface StreamEvent {
  id: string | undefined;
  /** Undefined if the event only names the place from which to continue. */
  data: string | undefined;
}

/** Requests the stream, after the event with this id. */
export type Ask = (lastId: string | undefined, signal: AbortSignal) => Promise<Response>;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
// An idle stream has a comment every 15 s: a longer silence is a broken connection.
const LONGEST_SILENCE_MS = 40_000;

/**
 * Connects, and connects again after a pause that grows while nothing arrives.
 *
 * `lastId` is asked for at each connection, because another tab may have seen more. It
 * ends when the signal aborts, or with a 401 when the session is over.
 */
export async function follow(
  ask: Ask,
  lastId: () => string | undefined,
  take: (event: StreamEvent) => void,
  signal: AbortSignal,
  isOver: () => boolean,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await ask(lastId(), signal);
      // The session could not be renewed, and another request does not change that.
      if (response.status === 401 && isOver()) return;
      if (response.ok && response.body) {
        failures = 0;
        await readEvents(response.body, take);
      } else {
        failures += 1;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isLostConnection(error)) throw error;
      failures += 1;
    }
    await pause(pauseAfter(failures), signal);
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  take: (event: StreamEvent) => void,
): Promise<void> {
  const parser = createParser({ onEvent: ({ id, data }) => take({ id, data }) });
  const ids = new IdLines((id) => take({ id, data: undefined }));
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const stop = () => void reader.cancel();
  // The connection was made in a network that is gone.
  addEventListener('online', stop);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      timer = setTimeout(stop, LONGEST_SILENCE_MS);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      const text = decoder.decode(value, { stream: true });
      parser.feed(text);
      ids.feed(text);
    }
  } finally {
    clearTimeout(timer);
    removeEventListener('online', stop);
  }
}

/** Finds events that only name a place, as a stream's first: the parser skips them. */
class IdLines {
  #rest = '';
  #id: string | undefined;
  #hasData = false;

  constructor(private readonly found: (id: string) => void) {}

  feed(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    lines.forEach((line) => this.#read(line));
  }

  #read(line: string): void {
    if (line.startsWith('id:')) this.#id = line.slice(3).trim();
    else if (line.startsWith('data:')) this.#hasData = true;
    else if (line === '') {
      if (this.#id !== undefined && !this.#hasData) this.found(this.#id);
      this.#id = undefined;
      this.#hasData = false;
    }
  }
}

/** Browsers throw a TypeError if the network fails, and a DOMException after a time-out. */
function isLostConnection(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException;
}

/** Returns up to twice the pause, so that not all browsers come back at once. */
export function pauseAfter(failures: number, random = Math.random()): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return (pause / 2) * (1 + random);
}

/** Waits, but not longer than until the signal or the network's return. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
