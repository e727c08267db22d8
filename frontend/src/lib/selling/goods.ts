/** Requests about the goods that the user sells. */
import {
  api,
  outcomeOf,
  pageOf,
  type Outcome,
  type Page,
  type Product,
  type Schemas,
  type User,
} from '$lib/api';

export type Inventory = Schemas['product_InventoryRead'];
export type LedgerEntry = Schemas['product_LedgerEntryRead'];
export type ProductBody = Schemas['product_ProductCreate'];
export type StockChange = 'restock' | 'reduce';

export const GOODS_PER_PAGE = 20;
export const ENTRIES_PER_PAGE = 10;

type Signal = AbortSignal | null;

export async function listOwnGoods(
  page: number,
  lowStock: boolean,
  signal: Signal,
): Promise<Outcome<Page<Product>>> {
  const query = {
    owner: 'me' as const,
    skip: (page - 1) * GOODS_PER_PAGE,
    limit: GOODS_PER_PAGE,
    ...(lowStock && { low_stock: true }),
  };
  return pageOf(
    await outcomeOf(api.GET('/api/v1/products', { params: { query }, signal })),
  );
}

/** Only the seller and administrators can change a product. */
export function canChange(product: Product, user: User): boolean {
  return user.id === product.owner_id || user.role === 'admin';
}

export interface Goods {
  product: Product;
  inventory: Inventory;
  /** Names this edition: a change of another one is refused. */
  etag: string;
}

export async function getGoods(id: number, signal: Signal): Promise<Outcome<Goods>> {
  const params = { path: { product_id: id } };
  const [product, inventory] = await Promise.all([
    // A cached product could be older than the one that was just saved.
    outcomeOf(
      api.GET('/api/v1/products/{product_id}', { params, signal, cache: 'no-store' }),
    ),
    outcomeOf(api.GET('/api/v1/inventory/{product_id}', { params, signal })),
  ]);
  if (!product.ok) return product;
  if (!inventory.ok) return inventory;
  const etag = product.headers.get('ETag') ?? '';
  return {
    ...product,
    value: { product: product.value, inventory: inventory.value, etag },
  };
}

/** Creates a product; the same `key` again returns the first answer. */
export async function createProduct(
  body: ProductBody,
  key: string,
): Promise<Outcome<Product>> {
  const params = { header: { 'Idempotency-Key': key } };
  return outcomeOf(api.POST('/api/v1/products', { params, body }));
}

export async function changeProduct(
  id: number,
  body: Omit<ProductBody, 'quantity'>,
  etag: string,
): Promise<Outcome<Product>> {
  const params = { path: { product_id: id }, header: { 'if-match': etag } };
  return outcomeOf(api.PATCH('/api/v1/products/{product_id}', { params, body }));
}

/** Takes a product out of the shop; its orders stay. */
export async function withdrawProduct(id: number): Promise<Outcome<unknown>> {
  const params = { path: { product_id: id } };
  return outcomeOf(api.DELETE('/api/v1/products/{product_id}', { params }));
}

export async function changeStock(
  id: number,
  change: StockChange,
  quantity: number,
  reason: string,
  key: string,
): Promise<Outcome<Inventory>> {
  const params = { path: { product_id: id }, header: { 'Idempotency-Key': key } };
  const options = { params, body: { quantity, reason } };
  return outcomeOf(
    change === 'restock'
      ? api.PATCH('/api/v1/inventory/{product_id}/restock', options)
      : api.PATCH('/api/v1/inventory/{product_id}/reduce', options),
  );
}

/** Sets the number of pieces from which the seller is warned. */
export async function setThreshold(
  id: number,
  pieces: number,
): Promise<Outcome<Inventory>> {
  const params = { path: { product_id: id } };
  const body = { low_stock_threshold: pieces };
  return outcomeOf(api.PATCH('/api/v1/inventory/{product_id}', { params, body }));
}

export async function listLedger(
  id: number,
  page: number,
  signal: Signal,
): Promise<Outcome<Page<LedgerEntry>>> {
  const query = { skip: (page - 1) * ENTRIES_PER_PAGE, limit: ENTRIES_PER_PAGE };
  const params = { path: { product_id: id }, query };
  return pageOf(
    await outcomeOf(
      api.GET('/api/v1/inventory/{product_id}/transactions', { params, signal }),
    ),
  );
}
