import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import type { Outcome } from '$lib/api';
import { failure } from '$lib/api/testing';
import { m } from '$lib/texts';

import EditProduct from './EditProduct.svelte';
import { changeProduct, getGoods, type Goods } from './goods';

vi.mock('./goods');

const LAMP = { id: 7, name: 'Lamp', price: '49.90', tags: [] as string[] };
const goods = { product: LAMP, etag: '"1"' } as Goods;
const newer = { product: { ...LAMP, price: '52.00' }, etag: '"2"' } as Goods;
const found: Outcome<Goods> = {
  ok: true,
  value: newer,
  status: 200,
  headers: new Headers(),
};

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('EditProduct', () => {
  it('keeps what is typed while it is saved over a newer edition', async () => {
    vi.mocked(changeProduct).mockResolvedValueOnce(failure('stale'));
    vi.mocked(getGoods).mockResolvedValueOnce(found);
    render(EditProduct, { goods, onchanged: () => {} });
    await userEvent.type(screen.getByLabelText(m.sell_name()), ' of brass');
    await press(m.sell_save());
    await screen.findByText(m.sell_stale());
    vi.mocked(changeProduct).mockReturnValueOnce(new Promise(() => {}));
    await press(m.sell_stale_mine());
    await press(m.sell_stale_theirs());
    expect(screen.getByLabelText(m.sell_name())).toHaveValue('Lamp of brass');
  });
});
