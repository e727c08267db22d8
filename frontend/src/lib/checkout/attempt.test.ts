import { forget, newAttempt, statusOf, storeSent } from './attempt';

describe('forget', () => {
  it('leaves an attempt alone that another page has sent again', () => {
    vi.useFakeTimers();
    const refused = storeSent(newAttempt(7, { items: [] }, []));
    vi.advanceTimersByTime(1);
    const repeated = storeSent(refused);
    forget(refused);
    expect(statusOf(repeated)).toBe('open');
    forget(repeated);
    expect(statusOf(repeated)).toBeUndefined();
  });
});
