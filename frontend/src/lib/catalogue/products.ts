/** Requests about products. */
import { api, outcomeOf, pageOf, type Outcome, type Page, type Product } from '$lib/api';

import { PAGE_SIZE, type CatalogueQuery } from './query';

type Signal = AbortSignal | null;

/** Lists one page of what the query asks for: words are ranked, unless a sort is chosen. */
export async function findProducts(
  query: CatalogueQuery,
  signal: Signal,
): Promise<Outcome<Page<Product>>> {
  const filters = {
    skip: (query.page - 1) * PAGE_SIZE,
    limit: PAGE_SIZE,
    ...(query.category && { category: query.category }),
    ...(query.minPrice && { min_price: query.minPrice }),
    ...(query.maxPrice && { max_price: query.maxPrice }),
    ...(query.inStock && { in_stock: true }),
  };
  const q = query.q.trim();
  if (q && query.sort === 'newest') {
    const found = api.GET('/api/v1/products/search', {
      params: { query: { q, ...filters } },
      signal,
    });
    return pageOf(await outcomeOf(found));
  }
  const listed = api.GET('/api/v1/products', {
    params: { query: { ...(q && { q }), ...filters, sort: query.sort } },
    signal,
  });
  return pageOf(await outcomeOf(listed));
}

/** Lists the newest products, or those of them that can be ordered. */
export async function newestProducts(
  limit: number,
  signal: Signal,
  inStock = false,
): Promise<Outcome<Product[]>> {
  const query = { limit, ...(inStock && { in_stock: true }) };
  return outcomeOf(api.GET('/api/v1/products', { params: { query }, signal }));
}

/** Lists the newest products, and says how many there are in all. */
export async function newestPage(limit: number): Promise<Outcome<Page<Product>>> {
  const query = { limit };
  return pageOf(await outcomeOf(api.GET('/api/v1/products', { params: { query } })));
}

export async function getProduct(id: number, signal: Signal): Promise<Outcome<Product>> {
  const path = { product_id: id };
  return outcomeOf(api.GET('/api/v1/products/{product_id}', { params: { path }, signal }));
}

/** Lists other products of the same category. */
export async function similarProducts(
  product: Product,
  limit: number,
  signal: Signal,
): Promise<Outcome<Product[]>> {
  const query = { category: product.category, in_stock: true, limit: limit + 1 };
  const outcome = await outcomeOf(
    api.GET('/api/v1/products', { params: { query }, signal }),
  );
  if (!outcome.ok) return outcome;
  const others = outcome.value.filter((other) => other.id !== product.id);
  return { ...outcome, value: others.slice(0, limit) };
}

/** The categories among these products, in the order of their first product. */
export function categoriesOf(products: Product[]): { name: string; example: Product }[] {
  const found = new Map<string, { name: string; example: Product }>();
  for (const example of products) {
    const name = example.category;
    if (name && !found.has(name.toLowerCase()))
      found.set(name.toLowerCase(), { name, example });
  }
  return [...found.values()];
}
