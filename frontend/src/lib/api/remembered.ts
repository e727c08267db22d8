/** The last values that pages have shown, so that the way back shows them at once. */

const MOST = 30;
const values = new Map<string, unknown>();
let edition = 0;

/** Changes when all values are forgotten. */
export function currentEdition(): number {
  return edition;
}

/** Remembers a value, unless all were forgotten since the edition of its question. */
export function remember(key: string, value: unknown, ofEdition = edition): void {
  if (ofEdition !== edition) return;
  // A map lists its oldest key first.
  values.delete(key);
  values.set(key, value);
  const [oldest] = values.keys();
  if (values.size > MOST && oldest !== undefined) values.delete(oldest);
}

export function recall<T>(key: string): { value: T } | undefined {
  return values.has(key) ? { value: values.get(key) as T } : undefined;
}

/** Forgets all values, because another user will see the pages. */
export function forgetAll(): void {
  edition += 1;
  values.clear();
}
