import { findOrder } from './orders';

const SINCE = Date.parse('2026-11-29T12:00:00Z');
const BODY = {
  items: [
    { product_id: 10, quantity: 1 },
    { product_id: 9, quantity: 2 },
  ],
  shipping_address: 'Caf\u00e9 Row',
};
const PLACED = { id: 5, created_at: '2026-11-29T12:00:01Z', ...BODY };

describe('findOrder', () => {
  const find = (order: object) => {
    vi.stubGlobal('fetch', async () => Response.json([order]));
    return findOrder(BODY, SINCE);
  };

  it('finds the same items for the same address, in any order', async () => {
    const items = [...BODY.items].reverse();
    expect(await find({ ...PLACED, items })).toMatchObject({ id: 5 });
  });

  it.each([
    ['an earlier order', { created_at: '2026-11-29T11:59:59Z' }],
    ['another address', { shipping_address: '2 Analytical Row' }],
    ['another quantity', { items: [BODY.items[0], { product_id: 9, quantity: 3 }] }],
    ['fewer items', { items: [BODY.items[0]] }],
  ])('does not find %s', async (_, other) => {
    expect(await find({ ...PLACED, ...other })).toBeUndefined();
  });

  it('finds nothing if the orders cannot be read', async () => {
    vi.stubGlobal('fetch', async () => new Response('{}', { status: 503 }));
    expect(await findOrder(BODY, SINCE)).toBeUndefined();
  });
});
