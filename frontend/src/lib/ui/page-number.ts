// More would be refused by the API as a number of items to skip.
const LAST_PAGE = 20_000_000;

/** Returns the number of the page in an address; pages count from 1. */
export function pageNumberOf(address: URLSearchParams): number {
  const page = Number(address.get('page'));
  return Number.isInteger(page) && page > 1 && page < LAST_PAGE ? page : 1;
}
