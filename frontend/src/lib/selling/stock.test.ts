import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import type { Outcome } from '$lib/api';

import { changeStock, setThreshold, type Inventory } from './goods';
import Stock from './Stock.svelte';

vi.mock('./goods');

const inventory = {
  product_id: 7,
  quantity: 10,
  reserved: 0,
  available: 10,
  low_stock_threshold: 5,
} as Inventory;

function success(value: Inventory): Outcome<Inventory> {
  return { ok: true, value, status: 200, headers: new Headers() };
}

describe('Stock', () => {
  const user = userEvent.setup({ delay: null });

  beforeEach(() => {
    vi.resetAllMocks();
    render(Stock, { inventory, onchanged: () => {} });
  });

  it('adds pieces with the Enter key, and shows how many there are', async () => {
    vi.mocked(changeStock).mockResolvedValue(success({ ...inventory, available: 1 }));
    await user.type(screen.getByLabelText('Pieces'), '1');
    await user.type(screen.getByLabelText('Reason'), 'found{Enter}');
    expect(vi.mocked(changeStock).mock.calls[0]?.slice(0, 4)).toEqual([
      7,
      'restock',
      1,
      'found',
    ]);
    expect(await screen.findByText('1 piece is available now.')).toBeVisible();
  });

  it('moves the focus to the field that is wrong', async () => {
    await user.type(screen.getByLabelText('Reason'), 'broken');
    await user.click(screen.getByRole('button', { name: 'Remove from the stock' }));
    await vi.waitFor(() => expect(screen.getByLabelText('Pieces')).toHaveFocus());
    expect(changeStock).not.toHaveBeenCalled();
  });

  it('saves the threshold with the Enter key, and says so', async () => {
    vi.mocked(setThreshold).mockResolvedValue(success(inventory));
    await user.type(screen.getByLabelText('Warn me at'), '0{Enter}');
    expect(setThreshold).toHaveBeenCalledWith(7, 50);
    expect(await screen.findByText('Your changes are saved.')).toBeVisible();
  });
});
