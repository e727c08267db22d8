/** The address of a delivery: fields for people, one text for the API. */
import { keptInTab } from '$lib/browser/storage.svelte';

const keyOf = (userId: number) => `pannier.checkout.address.${userId}`;

export const ADDRESS_FIELDS = [
  'name',
  'street',
  'extra',
  'postcode',
  'city',
  'country',
] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];
export type Address = Record<AddressField, string>;

// Together with the line breaks at most 500, which is what the API takes.
export const LONGEST: Record<AddressField, number> = {
  name: 100,
  street: 150,
  extra: 80,
  postcode: 20,
  city: 80,
  country: 60,
};

export const NO_ADDRESS: Address = {
  name: '',
  street: '',
  extra: '',
  postcode: '',
  city: '',
  country: '',
};

const OPTIONAL = new Set<AddressField>(['extra']);

export function missingFields(address: Address): AddressField[] {
  return ADDRESS_FIELDS.filter((field) => !OPTIONAL.has(field) && !address[field].trim());
}

export function addressText(address: Address): string {
  const { name, street, extra, postcode, city, country } = address;
  return [name, street, extra, `${postcode.trim()} ${city.trim()}`, country]
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
}

/** Whether the customer has typed nothing but perhaps a name, which the account also has. */
export function isUntouched(address: Address): boolean {
  return ADDRESS_FIELDS.every((field) => field === 'name' || !address[field].trim());
}

/** The stored address, with the name of the account if none was typed. */
export function initialAddress(userId: number, fullName: string | null): Address {
  const stored = storedAddress(userId);
  return { ...stored, name: stored.name || (fullName ?? '').slice(0, LONGEST.name) };
}

/** The address that this user typed in this tab: a reload and a new sign-in lose nothing. */
export function storedAddress(userId: number): Address {
  try {
    const stored: unknown = JSON.parse(keptInTab.get(keyOf(userId)) ?? '{}');
    const typed = stored as Partial<Record<AddressField, unknown>>;
    const texts = ADDRESS_FIELDS.map(
      (field) => [field, String(typed[field] ?? '')] as const,
    );
    return Object.fromEntries(texts) as Address;
  } catch {
    return { ...NO_ADDRESS };
  }
}

export function storeAddress(userId: number, address: Address): void {
  keptInTab.set(keyOf(userId), JSON.stringify(address));
}
