/** The query of the catalogue, as it stands in the address. */
import type { CatalogueOrder } from '$lib/api';
import { pageNumberOf } from '$lib/ui/page-number';

export const PAGE_SIZE = 24;
export const ORDERS = ['newest', 'price', '-price', 'name', '-name'] as const;

export interface CatalogueQuery {
  q: string;
  category: string;
  minPrice: string;
  maxPrice: string;
  inStock: boolean;
  sort: CatalogueOrder;
  /** Counts from 1. */
  page: number;
}

export const EVERYTHING: CatalogueQuery = {
  q: '',
  category: '',
  minPrice: '',
  maxPrice: '',
  inStock: false,
  sort: 'newest',
  page: 1,
};

export function queryOf(address: URLSearchParams): CatalogueQuery {
  const text = (name: string, longest: number) =>
    (address.get(name) ?? '').slice(0, longest);
  return {
    q: text('q', 200),
    category: text('category', 100),
    minPrice: amount(address.get('min_price')),
    maxPrice: amount(address.get('max_price')),
    inStock: address.get('in_stock') === 'true',
    sort: ORDERS.find((order) => order === address.get('sort')) ?? 'newest',
    page: pageNumberOf(address),
  };
}

/** Returns the shortest address of the query. */
export function addressOf(query: CatalogueQuery): string {
  const address = new URLSearchParams();
  if (query.q.trim()) address.set('q', query.q.trim());
  if (query.category) address.set('category', query.category);
  if (query.minPrice) address.set('min_price', query.minPrice);
  if (query.maxPrice) address.set('max_price', query.maxPrice);
  if (query.inStock) address.set('in_stock', 'true');
  if (query.sort !== 'newest') address.set('sort', query.sort);
  if (query.page > 1) address.set('page', String(query.page));
  return address.size ? `/products?${address}` : '/products';
}

/** A change of what is asked for leads to its first page. */
export function changed(
  query: CatalogueQuery,
  change: Partial<CatalogueQuery>,
): CatalogueQuery {
  return { ...query, page: 1, ...change };
}

export function isFiltered(query: CatalogueQuery): boolean {
  return Boolean(query.category || query.minPrice || query.maxPrice || query.inStock);
}

/** Reads an amount as people type it; the API wants digits and one point. */
export function amount(typed: string | null): string {
  const text = (typed ?? '').trim().replace(',', '.');
  return /^\d{1,8}(\.\d{1,2})?$/.test(text) ? text : '';
}
