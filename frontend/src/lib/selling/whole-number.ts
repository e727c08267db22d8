const LARGEST = 2_147_483_647;

/** Reads a number of pieces as people type it; undefined if it is none. */
export function wholeNumber(typed: string): number | undefined {
  const text = typed.trim();
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= LARGEST ? number : undefined;
}
