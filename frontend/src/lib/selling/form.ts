/** The form of a product: texts as they are typed, and the body that they become. */
import type { Problem, Product } from '$lib/api';
import { amount } from '$lib/catalogue/query';
import { m, typedDecimal } from '$lib/texts';

import type { ProductBody } from './goods';

export interface ProductForm {
  name: string;
  price: string;
  category: string;
  description: string;
  /** Separated by commas. */
  tags: string;
  imageUrl: string;
}

export type ProductField = keyof ProductForm;
export type FormErrors = Partial<Record<ProductField | 'quantity', string>>;

export const FIELDS: ProductField[] = [
  'name',
  'price',
  'category',
  'description',
  'tags',
  'imageUrl',
];

export const EMPTY: ProductForm = {
  name: '',
  price: '',
  category: '',
  description: '',
  tags: '',
  imageUrl: '',
};

export function formOf(product: Product): ProductForm {
  return {
    name: product.name,
    price: typedDecimal(product.price),
    category: product.category ?? '',
    description: product.description ?? '',
    tags: product.tags.join(', '),
    imageUrl: product.image_url ?? '',
  };
}

/** An empty optional field is sent as null, which clears it. */
export function bodyOf(form: ProductForm): ProductBody {
  return {
    name: form.name.trim(),
    price: amount(form.price),
    category: form.category.trim() || null,
    description: form.description.trim() || null,
    tags: tagsOf(form.tags),
    image_url: form.imageUrl.trim() || null,
  };
}

/** Returns each tag once: a search finds it in any case. */
function tagsOf(typed: string): string[] {
  const tags = typed.split(',').map((tag) => tag.trim());
  const folded = tags.map((tag) => tag.toLowerCase());
  return tags.filter((tag, i) => tag && folded.indexOf(tag.toLowerCase()) === i);
}

/** Finds what can be found without the service, which has the last word. */
export function formErrors(form: ProductForm): FormErrors {
  const price = amount(form.price);
  return {
    ...(form.name.trim() === '' && { name: m.error_required() }),
    ...((price === '' || Number(price) === 0) && { price: m.sell_error_price() }),
  };
}

const FIELD_OF: Record<string, ProductField | 'quantity'> = {
  name: 'name',
  price: 'price',
  category: 'category',
  description: 'description',
  tags: 'tags',
  image_url: 'imageUrl',
  quantity: 'quantity',
};

/** The service says in English what is wrong; the pages say it in their language. */
const ADVICE: Record<ProductField | 'quantity', () => string> = {
  name: m.error_text,
  price: m.sell_error_price,
  category: m.error_text,
  description: m.error_text,
  tags: m.sell_error_tags,
  imageUrl: m.sell_error_image,
  quantity: m.sell_error_pieces,
};

/** Reads a refusal as errors of fields; `tags.3` belongs to the field of all tags. */
export function refusalErrors({ fields }: Problem): FormErrors {
  const errors: FormErrors = {};
  for (const name of Object.keys(fields)) {
    const field = FIELD_OF[name.split('.')[0] ?? ''];
    if (field) errors[field] = ADVICE[field]();
  }
  return errors;
}

/** The price as a number, because its text changes with the language of the page. */
function comparable(form: ProductForm, field: ProductField): string | number {
  return field === 'price' ? Number(amount(form.price)) : form[field].trim();
}

/** Returns the fields that somebody else has changed to what the seller's form does not have. */
export function foreignChanges(
  opened: ProductForm,
  present: ProductForm,
  form: ProductForm,
): ProductField[] {
  return FIELDS.filter((field) => {
    const now = comparable(present, field);
    return now !== comparable(opened, field) && now !== comparable(form, field);
  });
}
