// Price and stock: of a plain product as fields, of one with options as a grid with a row for each variant.
import { html } from "../lib/preact.js";
import { aboutAmount } from "../lib/product-draft.js";
import { Card } from "./page.js";
import { Input } from "./form.js";
import { Icon } from "./icons.js";

const blank = (draft) => ({ sku: "", price: draft.variants.at(-1)?.price ?? draft.price, compare_at: "", stock: "0", values: draft.options.map(() => "") });

export function Variants(props) {
  const { draft, set, mayEdit } = props;
  const addOption = () => {
    const rows = draft.variants.length ? draft.variants : [{ ...blank(draft), sku: draft.sku, stock: draft.stock, price: draft.price }];
    set("variants")(rows.map((row) => ({ ...row, values: [...row.values, ""] })));
    set("options")([...draft.options, draft.options.length ? "" : "Colour"]);
  };
  const more = mayEdit && html`<button class="button button-small" type="button" onClick=${addOption}><${Icon} name="plus" size="14" />${draft.options.length ? "Add option" : "Add variants"}</button>`;
  return html`<${Card} title=${draft.options.length ? "Variants" : "Price and stock"} actions=${more}>
    ${draft.options.length ? html`<${Grid} ...${props} />` : html`<${Plain} ...${props} />`}<//>`;
}

const Plain = ({ draft, set, wrong, mayEdit, mayCount }) => html`<div class="fields-3">
  <${Input} label="Price" name="price" inputmode="decimal" required value=${draft.price} onText=${set("price")} problem=${aboutAmount(wrong.price, draft.price)} disabled=${!mayEdit} />
  <${Input} label="Stock" name="stock" type="number" min="0" step="1" value=${draft.stock} onText=${set("stock")} problem=${wrong.stock} disabled=${!mayCount} />
  <${Input} label="SKU" name="sku" value=${draft.sku} onText=${set("sku")} problem=${wrong.sku} disabled=${!mayEdit} /></div>`;

function Grid({ draft, set, wrong, mayEdit, mayCount }) {
  const change = (i, part) => set("variants")(draft.variants.map((row, at) => (at === i ? { ...row, ...part } : row)));
  const rename = (i, name) => set("options")(draft.options.map((old, at) => (at === i ? name : old)));
  const dropOption = (i) => {
    const without = (list) => list.filter((_, at) => at !== i);
    set("variants")(draft.options.length === 1 ? [] : draft.variants.map((row) => ({ ...row, values: without(row.values) })));
    set("options")(without(draft.options));
  };
  const said = aboutAmount(wrong.variants ?? wrong.options, draft.variants.map((row) => `${row.price} ${row.compare_at}`).join(" "));
  const cell = (row, i, name, label, rest = {}) => html`<input aria-label=${`${label}, row ${i + 1}`} value=${row[name]} disabled=${!mayEdit}
    onInput=${({ target }) => change(i, { [name]: target.value })} ...${rest} />`;
  return html`<div class="table-box" tabindex="0" role="region" aria-label="Variants"><table class="table is-plain grid-edit"><thead><tr>
    ${draft.options.map((option, i) => html`<th><div class="option-name"><input aria-label=${`Name of option ${i + 1}`} value=${option} placeholder="Size" disabled=${!mayEdit} onInput=${({ target }) => rename(i, target.value)} />
      ${mayEdit && html`<button class="icon-button" type="button" aria-label=${`Remove option ${option}`} title="Remove option" onClick=${() => dropOption(i)}><${Icon} name="close" size="16" /></button>`}</div></th>`)}
    <th>SKU</th><th class="end">Price</th><th class="end">Was</th><th class="end">Stock</th><th><span class="sr">Remove</span></th></tr></thead>
    <tbody>${draft.variants.map((row, i) => html`<tr key=${row.id ?? `new-${i}`}>
      ${draft.options.map((option, at) => html`<td><input aria-label=${`${option || "Option"}, row ${i + 1}`} value=${row.values[at]} disabled=${!mayEdit}
        onInput=${({ target }) => change(i, { values: row.values.map((old, j) => (j === at ? target.value : old)) })} /></td>`)}
      <td>${cell(row, i, "sku", "SKU")}</td>
      <td class="end">${cell(row, i, "price", "Price", { inputmode: "decimal" })}</td>
      <td class="end">${cell(row, i, "compare_at", "Was", { inputmode: "decimal" })}</td>
      <td class="end">${cell(row, i, "stock", "Stock", { type: "number", min: 0, disabled: !mayCount })}</td>
      <td>${mayEdit && html`<button class="icon-button" type="button" aria-label=${`Take row ${i + 1} off sale`} title="Take off sale" disabled=${draft.variants.length === 1}
        onClick=${() => set("variants")(draft.variants.filter((_, at) => at !== i))}><${Icon} name="trash" size="16" /></button>`}</td></tr>`)}</tbody></table></div>
    ${said && html`<p class="notice is-danger" role="alert">${said}</p>`}
    ${mayEdit && html`<button class="button button-small" type="button" onClick=${() => set("variants")([...draft.variants, blank(draft)])}><${Icon} name="plus" size="14" />Add variant</button>`}`;
}
