import { m } from '$lib/texts';

import type { ProductField } from './form';

export const LABELS: Record<ProductField, () => string> = {
  name: m.sell_name,
  price: m.sell_price,
  category: m.sell_category,
  description: m.sell_description,
  tags: m.sell_tags,
  imageUrl: m.sell_image,
};
