/**
 * Returns the browser's own variant of a language, such as en-GB for en.
 *
 * Dates and amounts differ between regions; texts of the shop do not.
 */
export function regionalVariant(language: string, preferred: readonly string[]): string {
  const prefix = `${language}-`.toLowerCase();
  return (
    preferred.find((tag) => tag.toLowerCase().startsWith(prefix) && isKnown(tag)) ??
    language
  );
}

// A browser can name what is no language tag, such as en-US@posix.
function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
