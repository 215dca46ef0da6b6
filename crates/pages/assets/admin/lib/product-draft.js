// A product as the editor's fields hold it (texts), and back to what the API takes.
import { shop } from "/assets/shared/this-shop.js";

export const EMPTY = {
  name: "", slug: "", description: "", category: "", tags: "", vendor: "", published: true,
  price: "", stock: "0", sku: "", options: [], variants: [],
};

export const draftOf = (product) => ({
  name: product.name, slug: product.slug, description: product.description, vendor: product.vendor, published: product.published,
  category: product.category ? String(product.category.id) : "",
  tags: product.tags.join(", "),
  price: product.price, stock: String(product.stock), sku: product.sku ?? "",
  options: product.options,
  variants: (product.variants ?? []).map((variant) => ({
    id: variant.id, sku: variant.sku ?? "", price: variant.price, compare_at: variant.compare_at ?? "", stock: String(variant.stock),
    values: product.options.map((option) => variant.options[option] ?? ""), grams: variant.grams, barcode: variant.barcode, image: variant.image,
  })),
});

/** Those fields that differ. */
export const changed = (before, draft) =>
  Object.fromEntries(Object.entries(draft).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));

const texts = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);
const whole = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text);
const orNull = (text) => text.trim() || null;

/** `1.250` is a thousand where prices have two decimals, and a little more than one where they have three. */
const isGrouped = (text) => shop.digits !== 3 && /^\d{1,3}(\.\d{3})+$/.test(text.trim());

/**
 * An amount as people write it, as the API takes it: `24,50` and `1.234,50` are decimal commas, `1,234.50` is not. What may
 * be either (`1,234`, `1.250`) is refused by the API.
 */
export function amount(text) {
  if (isGrouped(text)) return text.replaceAll(".", ",");
  const plain = text.trim().replaceAll(/\s/g, "");
  if (/^\d+,\d{1,2}$/.test(plain) || /^\d{1,3}(\.\d{3})+,\d{1,2}$/.test(plain)) return plain.replaceAll(".", "").replace(",", ".");
  if (/^\d{1,3}(,\d{3})+\.\d{1,2}$/.test(plain)) return plain.replaceAll(",", "");
  return text;
}

/** The API's words about an amount, and how to write one where that may be what is wrong. */
export const aboutAmount = (problem, text) => (problem && (text.includes(",") || text.split(" ").some(isGrouped)) ? `${problem} Use a point for decimals and nothing for thousands, as in 1234.50.` : problem);

function variant({ values, ...of }, options) {
  const sent = { sku: orNull(of.sku), price: amount(of.price), compare_at: orNull(amount(of.compare_at)), stock: whole(of.stock), grams: of.grams ?? 0, barcode: of.barcode ?? null, image: of.image ?? null };
  return { ...(of.id ? { id: of.id } : {}), ...sent, options: Object.fromEntries(options.map((option, i) => [option.trim(), values[i] ?? ""])) };
}

/** The body for the API: of `draft`, the fields in `fields`. A product with options says its variants, any other its price. */
export function only(fields, draft) {
  const body = {};
  const plain = draft.options.length === 0;
  for (const name of Object.keys(fields)) {
    if (name === "tags") body.tags = texts(draft.tags);
    else if (name === "category") body.category = draft.category ? Number(draft.category) : null;
    else if (name === "slug") draft.slug.trim() && (body.slug = draft.slug.trim());
    else if (["price", "stock", "sku", "options", "variants"].includes(name)) continue;
    else body[name] = draft[name];
  }
  if (!plain && (fields.variants || fields.options)) {
    body.options = draft.options.map((option) => option.trim());
    body.variants = draft.variants.map((of) => variant(of, draft.options));
  }
  if (plain && fields.options && fields !== draft) Object.assign(body, { options: [], variants: [] });
  if (plain && ("price" in fields || fields.options?.length === 0)) body.price = amount(draft.price);
  if (plain && "stock" in fields) body.stock = whole(draft.stock);
  if (plain && "sku" in fields) body.sku = orNull(draft.sku);
  return body;
}
