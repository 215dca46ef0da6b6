// Schemas of the document: in words, as tables of fields, and as an example to begin with.
import { html, useState } from "/assets/shared/vendor/preact.js";
import { Words } from "./words.js";

const at = (document, pointer) => pointer.split("/").slice(1).reduce((here, name) => here?.[name], document);

/** A schema with its reference followed and what it is made of put together. */
export function whole(document, schema = {}) {
  const here = schema.$ref ? at(document, schema.$ref) ?? {} : schema;
  if (!here.allOf) return here;
  const join = (one, two) => ({ ...one, ...two, properties: { ...one.properties, ...two.properties }, required: [...(one.required ?? []), ...(two.required ?? [])] });
  return here.allOf.map((part) => whole(document, part)).reduce(join, {});
}

const choices = (schema) => schema.oneOf ?? schema.anyOf;

/** `list of Product`, `string or null`, `integer (int64)` … */
export function typeOf(document, schema = {}) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (choices(schema)) return [...new Set(choices(schema).map((one) => typeOf(document, one)))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const types = [schema.type ?? (schema.allOf ? "object" : "anything")].flat();
  const named = types.map((type) => (type === "array" ? `list of ${typeOf(document, schema.items)}` : type));
  return named.join(" or ") + (schema.format ? ` (${schema.format})` : "");
}

/** Something that fits, for a form to begin with. */
export function example(document, schema, depth = 0) {
  const here = whole(document, schema);
  if (here.example !== undefined) return here.example;
  if (here.enum) return here.enum[0];
  if (choices(here)) return example(document, choices(here).find((one) => one.type !== "null"), depth);
  const type = [here.type ?? "object"].flat().find((one) => one !== "null");
  if (type === "array") return depth > 4 ? [] : [example(document, here.items, depth + 1)];
  if (type === "object") return depth > 4 ? {} : Object.fromEntries(Object.entries(here.properties ?? {}).map(([name, part]) => [name, example(document, part, depth + 1)]));
  return { string: "", boolean: true, integer: here.minimum ?? 1, number: 1 }[type] ?? null;
}

/** What a schema's own fields are, or those of what it is a list of; nothing of plain values. */
function inner(document, schema) {
  const here = whole(document, schema);
  const several = choices(here)?.find((one) => one.type !== "null");
  if (several) return inner(document, several);
  if ([here.type].flat().includes("array")) return inner(document, here.items);
  return here.properties ? here : null;
}

/** A table of the fields; what has fields itself unfolds. */
export function Fields({ document, schema, label }) {
  const options = choices(whole(document, schema))?.filter((one) => one.type !== "null") ?? [];
  if (options.length > 1) return options.map((one, place) => html`<p class="small muted">${place ? "or" : "Either"} ${typeOf(document, one)}</p><${Fields} document=${document} schema=${one} label=${`${label}, ${place + 1}`} />`);
  const here = inner(document, schema);
  if (!here) return html`<p class="small">${typeOf(document, schema)}</p>`;
  const required = new Set(here.required);
  return html`<p class="small muted">${typeOf(document, schema)}</p>
    <div class="table-wrap" tabindex="0" role="region" aria-label=${label}><table><thead><tr><th>Field</th><th>Type</th><th>What it is</th></tr></thead>
    <tbody>${Object.entries(here.properties).map(([name, part]) => html`<tr key=${name}><td><code>${name}</code>${required.has(name) ? "" : html` <span class="muted small">optional</span>`}</td>
      <td class="small">${typeOf(document, part)}</td>
      <td class="small"><${Words} text=${part.description ?? whole(document, part).description} /><${Sample} value=${part.example} />${inner(document, part) && html`<${More} document=${document} schema=${part} label=${name} />`}</td></tr>`)}</tbody></table></div>`;
}

const Sample = ({ value }) => value !== undefined && html` <span class="muted">e.g. <code>${JSON.stringify(value)}</code></span>`;

/** Rendered only once it is open: schemas may hold themselves. */
function More({ document, schema, label }) {
  const [open, setOpen] = useState(false);
  return html`<details onToggle=${({ target }) => setOpen(target.open)}><summary>Its fields</summary>${open && html`<${Fields} document=${document} schema=${schema} label=${`Fields of ${label}`} />`}</details>`;
}
