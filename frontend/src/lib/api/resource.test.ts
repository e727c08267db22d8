import { connection } from './connection.svelte';
import type { Outcome } from './outcome';
import { forgetAll } from './remembered';
import { Resource } from './resource.svelte';

function success<T>(value: T): Outcome<T> {
  return { ok: true, value, status: 200, headers: new Headers() };
}

const failure: Outcome<never> = {
  ok: false,
  problem: { kind: 'offline', status: 0, code: '', detail: '', fields: {}, rejected: [] },
};

describe('Resource', () => {
  afterEach(forgetAll);

  it('shows the answer to the later question, whichever arrives last', async () => {
    const resource = new Resource<string>();
    let answerFirst: (outcome: Outcome<string>) => void = () => {};
    const first = resource.load(
      'first',
      () => new Promise<Outcome<string>>((resolve) => (answerFirst = resolve)),
    );
    await resource.load('second', async () => success('second'));
    answerFirst(success('first'));
    await first;
    expect(resource.value).toBe('second');
  });

  it('keeps the value when a newer request fails', async () => {
    const resource = new Resource<string>();
    await resource.load('key', async () => success('value'));
    await resource.load('key', async () => failure);
    expect(resource.value).toBe('value');
    expect(resource.problem?.kind).toBe('offline');
  });

  it('drops the value of another question when the new one fails', async () => {
    const resource = new Resource<string>();
    await resource.load('first', async () => success('value'));
    await resource.load('second', async () => failure);
    expect(resource.value).toBeUndefined();
  });

  it('shows a value that it had before while it loads anew', async () => {
    await new Resource<string>().load('key', async () => success('before'));
    const resource = new Resource<string>();
    void resource.load('key', () => new Promise(() => {}));
    expect(resource.value).toBe('before');
    expect(resource.isFirst).toBe(false);
  });

  it('keeps nothing for the next user of what the former one asked', async () => {
    let answer: (outcome: Outcome<string>) => void = () => {};
    const loading = new Resource<string>().load(
      'key',
      () => new Promise<Outcome<string>>((resolve) => (answer = resolve)),
    );
    forgetAll();
    answer(success('of the former user'));
    await loading;
    const next = new Resource<string>();
    void next.load('key', () => new Promise(() => {}));
    expect(next.value).toBeUndefined();
  });

  it('loads again when a lost connection is back', async () => {
    const resource = new Resource<string>();
    await connection.watch(Promise.reject(new TypeError())).catch(() => undefined);
    let isBack = false;
    await resource.load('key', async () => (isBack ? success('value') : failure));
    isBack = true;
    await connection.watch(Promise.resolve(new Response()));
    await vi.waitFor(() => expect(resource.value).toBe('value'));
  });

  it('does not load again for a page that was left', async () => {
    const resource = new Resource<string>();
    await connection.watch(Promise.reject(new TypeError())).catch(() => undefined);
    const ask = vi.fn(async () => failure);
    await resource.load('key', ask);
    resource.abandon();
    await connection.watch(Promise.resolve(new Response()));
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is silent about a request that a newer one has aborted', async () => {
    const resource = new Resource<string>();
    const first = resource.load(
      'first',
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    await resource.load('second', async () => success('second'));
    await expect(first).resolves.toBeUndefined();
  });
});
