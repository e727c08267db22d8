import { afterPause } from './typing';

describe('afterPause', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('runs once, with the last value, when the user pauses', () => {
    const run = vi.fn();
    const typing = afterPause(run, 250);
    typing.call('l');
    vi.advanceTimersByTime(249);
    typing.call('la');
    vi.advanceTimersByTime(249);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledExactlyOnceWith('la');
  });

  it('does not run after it was cancelled', () => {
    const run = vi.fn();
    const typing = afterPause(run, 250);
    typing.call('l');
    typing.cancel();
    vi.runAllTimers();
    expect(run).not.toHaveBeenCalled();
  });
});
