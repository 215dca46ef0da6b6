// All products, drafts too. Stock is edited where it stands.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useAll, useDebounced, useLoad } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { address } from "../lib/api.js";
import { may } from "../lib/roles.js";
import { date, money } from "../lib/format.js";
import { useFresh } from "../ui/fresh.js";
import { Card, Page } from "../ui/page.js";
import { Choice, Filters, Range } from "../ui/filters.js";
import { Badge } from "../ui/badge.js";
import { Empty } from "../ui/states.js";
import { Table } from "../ui/table.js";
import { Icon } from "../ui/icons.js";
import { StockEdit } from "../ui/stock-edit.js";

const NARROWED = ["category", "published", "min_price", "max_price", "stock__gte", "stock__lte", "variant_stock__lte"];
const FILTERS = [...NARROWED, "search"];

/** As the dashboard counts it. */
const LOW = [["", "All"], ["5", "5 or fewer left"]];

const columns = (load, mayCount) => [
  { key: "name", label: "Product", main: true, sort: "name", show: (product) => html`<span class="with-thumb">
    ${product.image ? html`<img class="thumb" src=${product.image_widths?.["320"] ?? product.image} width="40" height="40" alt="" loading="lazy" />` : html`<span class="thumb no-thumb" aria-hidden="true">${[...product.name.trim()][0]?.toUpperCase()}</span>`}
    <span>${product.name}<small>${product.vendor}</small></span></span>` },
  { key: "state", label: "State", show: (product) => (product.published ? html`<${Badge} kind="ok" icon="check">On sale<//>` : html`<${Badge} icon="edit">Draft<//>`) },
  { key: "category", label: "Category", show: (product) => product.category?.name ?? html`<span class="quiet">None</span>` },
  { key: "created", label: "Added", sort: "created_at", show: (product) => date(product.created_at) },
  { key: "stock", label: "Stock", sort: "stock", end: true, show: (product) => html`<${StockEdit} product=${product} load=${load} may=${mayCount} />` },
  { key: "price", label: "Price", sort: "price", end: true, show: (product) => html`<span class="num">${money(product.price, product.currency)}</span>` },
];

export default function Products({ user }) {
  const [query] = useQuery();
  const ordering = query.ordering ?? (query.search ? "relevance" : undefined);
  const load = useLoad(address("/products/", { ...query, ordering }));
  const [categories] = useAll("/categories/?page_size=100");
  const [fresh, mark] = useFresh();
  const reload = useDebounced(load.reload, 500);
  useLive((frame) => {
    if (frame.type === "reset") return reload();
    if (!frame.event.startsWith("product.")) return;
    const { id, stock } = frame.data;
    const shown = load.data?.results.find((product) => product.id === id);
    if (shown && stock !== undefined && shown.stock !== stock) {
      mark(id);
      load.set((page) => ({ ...page, results: page.results.map((product) => (product.id === id ? { ...product, stock } : product)) }));
    } else if (stock === undefined) reload();
  });
  const add = may(user, "catalogue") && html`<a class="button button-primary" href="/admin/products/new" data-key="n"><${Icon} name="plus" size="16" />New product</a>`;
  return html`<${Page} title="Products" actions=${add}>
    <${Card} flush>
      <div class="filters"><${Filters} label="Search products" names=${NARROWED} all=${FILTERS}>
        <${Choice} label="Category" name="category" options=${[["", "All"], ...(categories ?? []).map((category) => [category.id, category.name])]} />
        <${Choice} label="State" name="published" options=${[["", "All"], ["true", "On sale"], ["false", "Drafts"]]} />
        <${Range} label="Price" names=${["min_price", "max_price"]} type="number" min="0" step="0.01" />
        <${Range} label="Stock" names=${["stock__gte", "stock__lte"]} type="number" min="0" />
        <${Choice} label="Running low" name="variant_stock__lte" options=${LOW} /><//>
        ${query.variant_stock__lte && html`<p class="quiet" id="scarce">Something of each of these is down to ${query.variant_stock__lte} or fewer: the product, or one of its variants. The stock below is that of all variants together.</p>`}</div>
      <${Table} label="Products" columns=${columns(load, may(user, "stock"))} load=${load} fresh=${fresh} href=${(product) => `/admin/products/${product.id}`} empty=${none(query, user)} />
    <//>
  <//>`;
}

const none = (query, user) => FILTERS.some((name) => query[name])
  ? html`<${Empty} title="No product matches">Clear some filters, or search for other words.<//>`
  : html`<${Empty} icon="products" title="No products yet">${may(user, "catalogue") ? html`<a href="/admin/products/new">Add the first one</a>, or <a href="/admin/exchange">import a file</a>.` : "Whoever keeps the catalogue can add some."}<//>`;
