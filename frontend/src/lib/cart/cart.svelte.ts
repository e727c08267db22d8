import type { Product } from '$lib/api';
import { kept } from '$lib/browser/storage.svelte';
import { sum, times } from '$lib/money';

const KEY = 'pannier.cart.1';
// The API takes so many items in one order.
export const MOST_LINES = 100;

/** Goods that the customer wants, at the price that they saw. */
export interface CartLine {
  productId: number;
  name: string;
  category: string | null;
  unitPrice: string;
  quantity: number;
}

/** The cart of this browser: it is kept across visits, and all tabs show the same. */
export class Cart {
  lines = $state.raw<CartLine[]>(read());

  constructor() {
    // The browser sends this event to the other tabs only.
    addEventListener('storage', (event) => {
      if (event.key === KEY || event.key === null) this.lines = read();
    });
  }

  get pieces(): number {
    return this.lines.reduce((pieces, line) => pieces + line.quantity, 0);
  }

  get total(): string {
    return sum(this.lines.map((line) => times(line.unitPrice, line.quantity)));
  }

  quantityOf(productId: number): number {
    return this.lines.find((line) => line.productId === productId)?.quantity ?? 0;
  }

  /** Adds pieces up to the stock, and returns how many were added. */
  add(product: Product, quantity: number): number {
    const lines = read();
    const present = lines.find((line) => line.productId === product.id)?.quantity ?? 0;
    const wanted = Math.min(present + quantity, product.quantity);
    const isFull = present === 0 && lines.length >= MOST_LINES;
    if (wanted <= present || isFull) return 0;
    const added = { ...described(product), quantity: wanted };
    const isAdded = (line: CartLine) => line.productId === product.id;
    this.#write(
      present ? lines.map((line) => (isAdded(line) ? added : line)) : [...lines, added],
    );
    return wanted - present;
  }

  setQuantity(productId: number, quantity: number): void {
    this.#change(productId, (line) => ({ ...line, quantity }));
  }

  /** The customer agrees to a new price. */
  setPrice(productId: number, unitPrice: string): void {
    this.#change(productId, (line) => ({ ...line, unitPrice }));
  }

  remove(productId: number): void {
    this.#write(read().filter((line) => line.productId !== productId));
  }

  /** Takes ordered pieces out; what another tab added meanwhile stays. */
  takeOut(ordered: readonly { productId: number; quantity: number }[]): void {
    const left = read().map((line) => {
      const order = ordered.find(({ productId }) => productId === line.productId);
      return { ...line, quantity: line.quantity - (order?.quantity ?? 0) };
    });
    this.#write(left.filter((line) => line.quantity > 0));
  }

  /** Puts lines back whose order was rejected; a line that is there already stays. */
  putBack(lines: readonly CartLine[]): void {
    const present = read();
    const missing = lines.filter(
      ({ productId }) => !present.some((line) => line.productId === productId),
    );
    this.#write([...present, ...missing]);
  }

  #change(productId: number, change: (line: CartLine) => CartLine): void {
    this.#write(read().map((line) => (line.productId === productId ? change(line) : line)));
  }

  #write(lines: CartLine[]): void {
    this.lines = lines;
    kept.set(KEY, JSON.stringify(lines));
  }
}

function described(product: Product): Omit<CartLine, 'quantity'> {
  const { id: productId, name, category, price: unitPrice } = product;
  return { productId, name, category, unitPrice };
}

function read(): CartLine[] {
  try {
    const lines: unknown = JSON.parse(kept.get(KEY) ?? '[]');
    return Array.isArray(lines) ? lines.filter(isLine) : [];
  } catch {
    // Somebody else wrote it.
    return [];
  }
}

function isLine(value: unknown): value is CartLine {
  const line = value as CartLine | null;
  return (
    Number.isSafeInteger(line?.productId) &&
    typeof line?.name === 'string' &&
    /^\d{1,8}\.\d\d$/.test(line.unitPrice) &&
    Number.isSafeInteger(line.quantity) &&
    line.quantity > 0
  );
}
