// The filters beside the shelves: categories as a tree, prices, what can be had.
import { html, useEffect, useRef, useState } from "/assets/shared/vendor/preact.js";

const ORDERS = [["-created_at", "Newest"], ["price", "Price: low to high"], ["-price", "Price: high to low"], ["name", "Name"]];

/** The orders to choose from; the first is what holds when none is chosen. */
export const ordersOf = ({ search }) => (search ? [["", "Best match"], ...ORDERS] : [["", "Newest"], ...ORDERS.slice(1)]);

function Tree({ categories, parent, wanted, want }) {
  const here = categories.filter((category) => category.parent === parent);
  if (!here.length) return null;
  const choose = (slug) => (event) => (event.preventDefault(), want({ category: slug }));
  return html`<ul class="tree">
    ${parent === null && html`<li><a href="./" aria-current=${wanted.category ? undefined : "true"} onClick=${choose(undefined)}>All products</a></li>`}
    ${here.map(({ id, name, slug }) => html`<li key=${id}>
      <a href=${`?category=${slug}`} aria-current=${wanted.category === slug ? "true" : undefined} onClick=${choose(slug)}>${name}</a>
      <${Tree} categories=${categories} parent=${id} wanted=${wanted} want=${want} />
    </li>`)}
  </ul>`;
}

/** A price that counts once nobody has typed for a moment. */
function Price({ name, label, wanted, want }) {
  const waiting = useRef();
  const type = (event) => {
    const { value, validity } = event.target;
    clearTimeout(waiting.current);
    if (!validity.badInput) waiting.current = setTimeout(() => want({ [name]: value }, true), 300);
  };
  return html`<div class="field"><label for=${name}>${label}</label>
    <input id=${name} type="number" min="0" step="any" inputmode="decimal" value=${wanted[name] ?? ""} onInput=${type} /></div>`;
}

/** On a phone they are folded away until wanted. */
export function Filters({ wanted, want, categories }) {
  const [wide, setWide] = useState(matchMedia("(min-width: 900px)").matches);
  useEffect(() => {
    const query = matchMedia("(min-width: 900px)");
    const tell = () => setWide(query.matches);
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, []);
  const all = html`<div class="stack">
    <nav aria-label="Categories"><${Tree} categories=${categories} parent=${null} wanted=${wanted} want=${want} /></nav>
    <fieldset class="prices"><legend>Price</legend><${Price} name="min_price" label="From" wanted=${wanted} want=${want} /><${Price} name="max_price" label="To" wanted=${wanted} want=${want} /></fieldset>
    <label class="check"><input type="checkbox" checked=${wanted.in_stock === "true"} onChange=${(event) => want({ in_stock: event.target.checked ? "true" : undefined })} /> Only what is in stock</label>
  </div>`;
  if (wide) return html`<aside class="filters" aria-label="Filters">${all}</aside>`;
  return html`<details class="filters"><summary class="button button-wide">Filters</summary>${all}</details>`;
}
