import { m } from '$lib/texts';

import type { CatalogueQuery } from './query';

/** Returns the heading of the catalogue: the words that were searched, or the category. */
export function headingOf({ q, category }: CatalogueQuery): string {
  if (q) return m.catalogue_title_words({ q });
  return category || m.catalogue_title();
}
