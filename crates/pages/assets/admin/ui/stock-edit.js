// The stock of a product in its row. Shown at once, sent when it is left; taken back when the API refuses.
import { html, useEffect, useState } from "../lib/preact.js";
import { patch } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { Stock } from "./badge.js";

export function StockEdit({ product, load, may }) {
  const [text, setText] = useState(String(product.stock));
  useEffect(() => setText(String(product.stock)), [product.stock]);
  if (!may) return html`<${Stock} of=${product.stock} />`;
  if (product.has_variants) return html`<a class="stock-link" href=${`/admin/products/${product.id}`} title="Counted for each variant"><${Stock} of=${product.stock} /></a>`;
  const put = (stock) => load.set((page) => ({ ...page, results: page.results.map((other) => (other.id === product.id ? { ...other, stock } : other)) }));
  const save = async () => {
    const stock = Number(text);
    if (text.trim() === "" || !Number.isInteger(stock) || stock < 0) {
      setText(String(product.stock));
      return toast({ kind: "danger", text: "Stock is a whole number, 0 or more." });
    }
    if (stock === product.stock) return;
    put(stock);
    try {
      await patch(`/products/${product.id}/`, { stock });
      toast({ text: `${product.name}: ${stock} in stock.` });
    } catch (error) {
      put(product.stock);
      setText(String(product.stock));
      toast({ kind: "danger", text: `${product.name} stays at ${product.stock}. ${error.message}` });
    }
  };
  const press = (event) => {
    if (event.key === "Enter") event.target.blur();
    if (event.key === "Escape") setText(String(product.stock));
  };
  const level = product.stock <= 0 ? "is-out" : product.stock <= 5 ? "is-low" : "";
  return html`<span class="stock-edit ${level}"><input type="number" min="0" step="1" inputmode="numeric" aria-label=${`Stock of ${product.name}`}
    value=${text} onInput=${({ target }) => setText(target.value)} onBlur=${save} onKeyDown=${press} /></span>`;
}
