// The start page: shelves with filters. What is shown stands in the address, so that it can be shared and the way back
// works.
import { html, useEffect, useRef, useState } from "/assets/shared/vendor/preact.js";
import { api, follow, money } from "./shop.js";
import { mount } from "./shell.js";
import { Empty, Failed, Picture } from "./parts.js";
import { Filters, ordersOf } from "./filters.js";

const PARAMETERS = ["search", "category", "min_price", "max_price", "in_stock", "ordering", "page"];

/** What the address asks for; only what the API knows, nothing empty. */
export function asked() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(PARAMETERS.map((name) => [name, given.get(name)]).filter(([, value]) => value));
}

function useWanted() {
  const [wanted, set] = useState(asked());
  useEffect(() => {
    const back = () => set(asked());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  /** Changes some; typing replaces the address, a choice leaves a way back. */
  const want = (change, typing = false) => {
    const next = { ...asked(), page: undefined, ...change };
    const clean = Object.entries(next).filter(([, value]) => value);
    const address = clean.length ? `?${new URLSearchParams(clean)}` : location.pathname;
    history[typing ? "replaceState" : "pushState"](null, "", address);
    set(Object.fromEntries(clean));
  };
  return [wanted, want];
}

function useProducts(wanted) {
  const [state, set] = useState({});
  const [turn, again] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    set((before) => ({ ...before, loading: true }));
    const query = { page_size: 24, ordering: wanted.search ? "relevance" : "-created_at", ...wanted };
    api.get("/products/", query, { signal: stop.signal }).then((page) => set({ page }), (error) => error.name !== "AbortError" && set({ error }));
    return () => stop.abort();
  }, [JSON.stringify(wanted), turn]);
  useEffect(() => follow("products", ({ event, data }) => {
    if (event === "reset") return again((turn) => turn + 1);
    set((before) => {
      const results = before.page?.results.map((product) => (product.id === data.id ? { ...product, ...data } : product));
      return results ? { ...before, page: { ...before.page, results } } : before;
    });
  }), []);
  return [state, () => again(turn + 1)];
}

const Product = ({ product, eager }) => html`<li class="tile"><a href=${`product?id=${product.id}`}>
  <${Picture} src=${product.image} name=${product.name} widths=${product.image_widths} webp=${product.image_webp} sizes="(min-width: 600px) 280px, 46vw" eager=${eager} />
  <span class="tile-name">${product.name}</span>
  <span class="row spread"><span class="number">${product.has_variants ? "from " : ""}${money(product.price, product.currency)}</span>
    ${product.stock < 1 ? html`<span class="badge">Sold out</span>` : product.stock < 6 ? html`<span class="badge badge-pending">${product.stock} left</span>` : null}</span>
</a></li>`;

const Waiting = () => html`<ul class="shelf" aria-hidden="true">${Array.from({ length: 12 }, () => html`<li class="tile"><span class="picture skeleton"></span><span class="skeleton">Name</span><span class="skeleton">Price</span></li>`)}</ul>`;

function Pages({ page, number, want }) {
  const last = Math.ceil(page.count / 24);
  if (last < 2) return null;
  const go = (to) => (want({ page: to > 1 ? String(to) : undefined }), document.querySelector("#found").focus(), scrollTo({ top: 0 }));
  return html`<nav class="pages" aria-label="Pages">
    <button class="button" disabled=${!page.previous} onClick=${() => go(number - 1)}>Previous</button>
    <span class="muted number">Page ${number} of ${last}</span>
    <button class="button" disabled=${!page.next} onClick=${() => go(number + 1)}>Next</button>
  </nav>`;
}

function Catalogue() {
  const [wanted, want] = useWanted();
  const [{ page, error, loading }, again] = useProducts(wanted);
  const [categories, setCategories] = useState([]);
  const waiting = useRef();
  useEffect(() => void api.get("/categories/", { page_size: 100 }).then(({ results }) => setCategories(results), () => {}), []);
  useEffect(() => {
    const field = document.querySelector("#search");
    field.value = wanted.search ?? "";
    const type = () => (clearTimeout(waiting.current), (waiting.current = setTimeout(() => want({ search: field.value.trim() }, true), 180)));
    const send = (event) => (event.preventDefault(), clearTimeout(waiting.current), want({ search: field.value.trim() }));
    field.addEventListener("input", type);
    field.form.addEventListener("submit", send);
    return () => (field.removeEventListener("input", type), field.form.removeEventListener("submit", send));
  }, []);
  useEffect(() => {
    const field = document.querySelector("#search");
    if (document.activeElement !== field) field.value = wanted.search ?? "";
  }, [wanted.search]);
  const chosen = categories.find(({ slug }) => slug === wanted.category);
  const plain = !Object.keys(wanted).length;
  const title = wanted.search ? `“${wanted.search}”` : chosen?.name ?? "Everyday things, made well";
  return html`<div class="page-head"><h1>${title}</h1>
      ${plain && html`<p class="muted">From kitchen to garden: made to be used daily and mended, not replaced.</p>`}</div>
    <div class="browse">
      <${Filters} wanted=${wanted} want=${want} categories=${categories} />
      <section aria-label="Products">
        <div class="row spread found-line">
          <p id="found" tabindex="-1" role="status" class="muted">${page ? `${page.count} ${page.count === 1 ? "product" : "products"}` : "Looking …"}</p>
          <label class="row small">Sort <select onChange=${(event) => want({ ordering: event.target.value })} value=${!wanted.search && wanted.ordering === "-created_at" ? "" : wanted.ordering ?? ""}>
            ${ordersOf(wanted).map(([value, name]) => html`<option value=${value}>${name}</option>`)}</select></label>
        </div>
        ${error ? html`<${Failed} error=${error} again=${error.status === 404 ? () => want({}) : again} />` : null}
        ${!page && !error ? html`<${Waiting} />` : null}
        ${page && !page.count ? html`<${Empty} title="Nothing like that is on the shelves."><p>Try fewer filters, or another word.</p>
          <button class="button" onClick=${() => want(Object.fromEntries(PARAMETERS.map((name) => [name, undefined])))}>Show everything</button></${Empty}>` : null}
        ${page?.count ? html`<ul class="shelf" aria-busy=${Boolean(loading)}>${page.results.map((product, place) => html`<${Product} key=${product.id} product=${product} eager=${place < 8} />`)}</ul>
          <${Pages} page=${page} number=${Number(wanted.page ?? 1)} want=${want} />` : null}
      </section>
    </div>`;
}

mount(Catalogue);
