import type { Problem, Product } from '$lib/api';
import { m } from '$lib/texts';

import { bodyOf, EMPTY, foreignChanges, formErrors, formOf, refusalErrors } from './form';

const LAMP = {
  name: 'Brass lamp',
  price: '49.90',
  category: null,
  description: 'Warm light.',
  tags: ['brass', 'light'],
  image_url: null,
} as unknown as Product;

describe('bodyOf', () => {
  it('returns what the product had', () => {
    expect(bodyOf(formOf(LAMP))).toEqual({
      name: 'Brass lamp',
      price: '49.90',
      category: null,
      description: 'Warm light.',
      tags: ['brass', 'light'],
      image_url: null,
    });
  });

  it('reads a price with a comma', () => {
    expect(bodyOf({ ...EMPTY, price: '1,5' }).price).toBe('1.5');
  });

  it('drops empty tags', () => {
    expect(bodyOf({ ...EMPTY, tags: ' a,, b ,' }).tags).toEqual(['a', 'b']);
  });

  it('drops repeated tags, also in another case', () => {
    const tags = 'Brass, light, brass,light';
    expect(bodyOf({ ...EMPTY, tags }).tags).toEqual(['Brass', 'light']);
  });
});

describe('formErrors', () => {
  it('accepts a name and a price', () => {
    expect(formErrors({ ...EMPTY, name: 'Lamp', price: '1' })).toEqual({});
  });

  it.each(['', '0', '0,00', '-1', '1.234', 'free', '123456789'])(
    'refuses the price %j',
    (price) => {
      expect(formErrors({ ...EMPTY, name: 'Lamp', price })).toEqual({
        price: m.sell_error_price(),
      });
    },
  );
});

describe('refusalErrors', () => {
  it('gives each field advice in the language of the page', () => {
    const fields = { image_url: 'is no address', 'tags.3': 'is too long', other: 'is odd' };
    expect(refusalErrors({ fields } as unknown as Problem)).toEqual({
      imageUrl: m.sell_error_image(),
      tags: m.sell_error_tags(),
    });
  });
});

describe('foreignChanges', () => {
  const opened = formOf(LAMP);

  it('names what somebody else has changed, but not what the seller typed', () => {
    const present = { ...opened, price: '52.00' };
    const form = { ...opened, description: 'Warm light.' };
    expect(foreignChanges(opened, present, form)).toEqual(['price']);
  });

  it('leaves out a price that only another language writes differently', () => {
    const present = { ...opened, price: '49,90' };
    const form = { ...opened, price: '55.00' };
    expect(foreignChanges(opened, present, form)).toEqual([]);
  });

  it('leaves out a field in which both entered the same', () => {
    const present = { ...opened, price: '52.00' };
    expect(foreignChanges(opened, present, { ...present })).toEqual([]);
  });
});
