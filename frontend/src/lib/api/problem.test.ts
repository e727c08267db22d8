import { hasUnknownOutcome, problemOf, problemWithoutResponse } from './problem';

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

describe('problemOf', () => {
  it.each([
    [401, 'signed-out'],
    [403, 'forbidden'],
    [404, 'missing'],
    [409, 'conflict'],
    [412, 'stale'],
    [422, 'invalid'],
    [429, 'too-many'],
    [500, 'unexpected'],
    [503, 'unavailable'],
    [504, 'outcome-unknown'],
  ])('gives status %i the kind %s', (status, kind) => {
    expect(problemOf(answer(status), {}).kind).toBe(kind);
  });

  it('keeps the message of each field', () => {
    const body = { errors: [{ in: 'body', field: 'password', message: 'is too short' }] };
    expect(problemOf(answer(422), body).fields).toEqual({ password: 'is too short' });
  });

  it('keeps every rejected item with what is left of it', () => {
    const items = [
      { code: 'insufficient_stock', product_id: 7, requested: 3, available: 1 },
      { code: 'price_changed', product_id: 8, agreed_price: '1.00', unit_price: '2.00' },
    ];
    expect(problemOf(answer(409), { items }).rejected).toEqual([
      { code: 'insufficient_stock', productId: 7, requested: 3, available: 1 },
      { code: 'price_changed', productId: 8, agreedPrice: '1.00', unitPrice: '2.00' },
    ]);
  });

  it('reads a body that is no problem document', () => {
    expect(problemOf(answer(502), '<html>').code).toBe('');
  });

  it('keeps the seconds of Retry-After', () => {
    expect(problemOf(answer(429, { 'Retry-After': '8' }), {}).retryAfterSeconds).toBe(8);
  });
});

describe('problemWithoutResponse', () => {
  it('distinguishes a time-out from a lost connection', () => {
    const timeout = new DOMException('too slow', 'TimeoutError');
    expect(problemWithoutResponse(timeout).kind).toBe('timeout');
    expect(problemWithoutResponse(new TypeError('Failed to fetch')).kind).toBe('offline');
  });

  it('distinguishes the page of somebody else from a lost connection', () => {
    const problem = problemWithoutResponse(new SyntaxError('Unexpected token <'));
    expect(problem.kind).toBe('unreadable');
    expect(hasUnknownOutcome(problem)).toBe(true);
  });
});

describe('hasUnknownOutcome', () => {
  it('is true after 504, and false after 503, which promises that nothing was done', () => {
    expect(hasUnknownOutcome(problemOf(answer(504), {}))).toBe(true);
    expect(hasUnknownOutcome(problemOf(answer(503), {}))).toBe(false);
  });
});
