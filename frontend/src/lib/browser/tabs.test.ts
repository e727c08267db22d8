import { Channel } from './channel';
import { inTurn } from './turns';

describe('Channel', () => {
  it('sends nothing where a browser has no channels', () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const channel = new Channel<string>('name');
    channel.onMessage(() => expect.unreachable());
    channel.post('message');
    channel.close();
  });
});

describe('inTurn', () => {
  const request = vi.fn();

  beforeEach(() => {
    request.mockReset();
    vi.stubGlobal('navigator', { locks: { request } });
  });

  it('runs the work at once where a browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    expect(await inTurn('name', async () => 'done')).toBe('done');
  });

  it('runs the work at once where locks are refused', async () => {
    request.mockRejectedValue(new DOMException('denied', 'SecurityError'));
    expect(await inTurn('name', async () => 'done')).toBe('done');
  });

  it('throws the error of the work, and does not repeat it', async () => {
    request.mockImplementation((_name, _options, run: () => Promise<unknown>) => run());
    const work = vi.fn().mockRejectedValue(new Error('failed'));
    await expect(inTurn('name', work)).rejects.toThrow('failed');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not run work that was given up while it waited', async () => {
    const controller = new AbortController();
    controller.abort();
    request.mockRejectedValue(new DOMException('aborted', 'AbortError'));
    const work = vi.fn();
    await expect(inTurn('name', work, controller.signal)).rejects.toThrow('aborted');
    expect(work).not.toHaveBeenCalled();
  });
});
