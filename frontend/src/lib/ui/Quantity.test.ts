import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import Quantity from './Quantity.svelte';

async function typed(text: string) {
  const onchange = vi.fn();
  render(Quantity, { value: 3, max: 9, of: 'Lamp', onchange });
  const field = screen.getByRole('textbox');
  await userEvent.clear(field);
  if (text) await userEvent.type(field, text);
  await userEvent.tab();
  return { field, onchange };
}

describe('Quantity', () => {
  it.each([
    ['5', 5],
    ['0', 1],
    ['10', 9],
  ])('becomes what is possible if %s is typed', async (text, quantity) => {
    const { onchange } = await typed(text);
    expect(onchange).toHaveBeenCalledExactlyOnceWith(quantity);
  });

  it.each(['', 'two', '2,5'])('stays if %o is typed', async (text) => {
    const { field, onchange } = await typed(text);
    expect(onchange).not.toHaveBeenCalled();
    expect(field).toHaveValue('3');
  });
});
