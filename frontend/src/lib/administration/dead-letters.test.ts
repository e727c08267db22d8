import { listDeadLetters } from './dead-letters';

const LETTERS = [
  { id: 'a', attempts: 2 },
  { id: 'b', attempts: 1 },
  { id: 'a', attempts: 1 },
];

describe('listDeadLetters', () => {
  it('lists a letter once if there is an older copy, but counts both', async () => {
    const headers = { 'X-Total-Count': '3' };
    vi.stubGlobal('fetch', async () => Response.json(LETTERS, { headers }));
    expect(await listDeadLetters('orders', null)).toMatchObject({
      value: { items: LETTERS.slice(0, 2), total: 3 },
    });
  });
});
