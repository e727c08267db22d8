import { RequestKey } from './idempotency-key';

describe('RequestKey', () => {
  it('is the same for the same content', () => {
    const key = new RequestKey();
    expect(key.for({ quantity: 2 })).toBe(key.for({ quantity: 2 }));
  });

  it('is another one for other content', () => {
    const key = new RequestKey();
    expect(key.for({ quantity: 2 })).not.toBe(key.for({ quantity: 3 }));
  });

  it('is another one after an answer', () => {
    const key = new RequestKey();
    const first = key.for({ quantity: 2 });
    key.done();
    expect(key.for({ quantity: 2 })).not.toBe(first);
  });
});
