// Filters above a list. What they are set to is the address.
import { html, useEffect, useState } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useDebounced } from "../lib/load.js";
import { Icon } from "./icons.js";

/** Searches as somebody types; `/` comes here. */
export function Search({ label, name = "search" }) {
  const [query, setQuery] = useQuery();
  const [text, setText] = useState(query[name] ?? "");
  useEffect(() => setText(query[name] ?? ""), [query[name]]);
  const send = useDebounced((value) => setQuery({ [name]: value.trim() }));
  const type = ({ target }) => (setText(target.value), send(target.value));
  return html`<div class="search"><${Icon} name="search" size="16" />
    <input type="search" aria-label=${label} placeholder=${label} value=${text} onInput=${type} /><kbd aria-hidden="true">/</kbd></div>`;
}

/** A search, and what else narrows the list: `names` in the address. On a phone that is behind a button, or it would take
 * half the screen; the button says how much of it is set. `all`: what there is to clear, as it stands in the address. */
export function Filters({ label, names, all, children }) {
  const [query] = useQuery();
  const [open, setOpen] = useState(false);
  const set = names.filter((name) => query[name]).length;
  return html`<div class="filters-row ${open ? "is-open" : ""}"><${Search} label=${label} />
    <button class="button button-small filters-more" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <${Icon} name="settings" size="14" />Filters${set ? ` (${set})` : ""}</button>
    ${children}<${Clear} names=${all} /></div>`;
}

/** One of a few: `options` are `[value, words]`, the first of them means all. */
export function Choice({ label, name, options }) {
  const [query, setQuery] = useQuery();
  const pick = ({ target }) => setQuery({ [name]: target.value });
  return html`<label class="filter"><span>${label}</span>
    <select value=${query[name] ?? ""} onChange=${pick}>
      ${options.map(([value, words]) => html`<option value=${value} selected=${(query[name] ?? "") === String(value)}>${words}</option>`)}
    </select></label>`;
}

/** A field of any kind, sent when it is left or after a moment. */
export function Field({ label, name, type = "text", ...rest }) {
  const [query, setQuery] = useQuery();
  const send = useDebounced((value) => setQuery({ [name]: value.trim() }), 400);
  return html`<label class="filter"><span>${label}</span>
    <input type=${type} value=${query[name] ?? ""} onInput=${({ target }) => send(target.value)} ...${rest} /></label>`;
}

/** From and to, side by side. `names`: of both in the address. */
export const Range = ({ label, names: [from, to], ...rest }) => html`<fieldset class="range"><legend>${label}</legend>
  <${Field} label="from" name=${from} ...${rest} /><${Field} label="to" name=${to} ...${rest} /></fieldset>`;

/** Statuses as tabs. */
export function Tabs({ label, name, options }) {
  const [query, setQuery] = useQuery();
  const now = query[name] ?? "";
  return html`<div class="tabs" role="group" aria-label=${label}>${options.map(([value, words]) => html`
    <button aria-pressed=${now === value} onClick=${() => setQuery({ [name]: value })}>${words}</button>`)}</div>`;
}

/** A way back to everything, when some filter is set. */
export function Clear({ names }) {
  const [query, setQuery] = useQuery();
  if (!names.some((name) => query[name])) return null;
  return html`<button class="button button-quiet button-small" onClick=${() => setQuery(Object.fromEntries(names.map((n) => [n, ""])))}>
    <${Icon} name="close" size="14" />Clear filters</button>`;
}
