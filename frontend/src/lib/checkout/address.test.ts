import {
  ADDRESS_FIELDS,
  addressText,
  initialAddress,
  isUntouched,
  LONGEST,
  missingFields,
  NO_ADDRESS,
  storeAddress,
  storedAddress,
} from './address';

const ADA = {
  name: 'Ada Lovelace',
  street: '1 Analytical Row',
  extra: ' ',
  postcode: 'W1',
  city: 'London',
  country: 'England',
};

describe('address', () => {
  it('is one text for the API, without empty lines', () => {
    expect(addressText(ADA)).toBe('Ada Lovelace\n1 Analytical Row\nW1 London\nEngland');
  });

  it('always fits', () => {
    const longest = ADDRESS_FIELDS.map((field) => [field, 'x'.repeat(LONGEST[field])]);
    expect(addressText(Object.fromEntries(longest)).length).toBeLessThanOrEqual(500);
  });

  it('needs all fields but one', () => {
    expect(missingFields(ADA)).toEqual([]);
    expect(missingFields({ ...NO_ADDRESS, name: '  ' })).not.toContain('extra');
    expect(missingFields({ ...NO_ADDRESS, name: '  ' })).toContain('name');
  });

  it('is kept in this tab', () => {
    storeAddress(7, ADA);
    expect(storedAddress(7)).toEqual(ADA);
    expect(storedAddress(8)).toEqual(NO_ADDRESS);
  });

  it('begins with the name of the account, unless another one was typed', () => {
    expect(initialAddress(7, 'Grace Hopper').name).toBe('Grace Hopper');
    expect(initialAddress(7, null)).toEqual(NO_ADDRESS);
    storeAddress(7, ADA);
    expect(initialAddress(7, 'Grace Hopper')).toEqual(ADA);
  });

  it('shortens a name of the account that is too long', () => {
    expect(initialAddress(7, 'x'.repeat(255)).name).toHaveLength(LONGEST.name);
  });

  it('is untouched until more than the name is typed', () => {
    expect(isUntouched({ ...NO_ADDRESS, name: 'Grace Hopper' })).toBe(true);
    expect(isUntouched({ ...NO_ADDRESS, city: 'London' })).toBe(false);
  });

  it('is empty if the stored text is none', () => {
    sessionStorage.setItem('pannier.checkout.address.7', 'null]');
    expect(storedAddress(7)).toEqual(NO_ADDRESS);
  });
});
