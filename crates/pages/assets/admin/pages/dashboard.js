// The shop at a glance. Whatever happens meanwhile is fetched at once, but not more often than figures can be read.
import { html, useState } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useDebounced, useLoad, useThrottled } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { ago, money, number, plural } from "../lib/format.js";
import { Chart } from "../ui/chart.js";
import { Card, Page } from "../ui/page.js";
import { STATUSES } from "/assets/shared/status.js";
import { Status, Stock } from "../ui/badge.js";
import { Empty, Problem, Skeleton, Waiting } from "../ui/states.js";

const SPANS = [["7", "7 days"], ["30", "30 days"], ["90", "90 days"]];

export default function Dashboard() {
  const [query, setQuery] = useQuery();
  const days = query.days ?? "30";
  const load = useLoad(`/staff/dashboard/?days=${encodeURIComponent(days)}`);
  const latest = useLoad("/order/?page_size=6");
  const refresh = useThrottled(() => (load.reload(), latest.reload()), 5000);
  // The shop keeps its figures for three seconds: those that are fetched after that know of the last thing that happened.
  const settle = useDebounced(load.reload, 4000);
  useLive(() => (refresh(), settle()));
  const span = html`<div class="tabs" role="group" aria-label="Span">${SPANS.map(([value, words]) => html`
    <button aria-pressed=${days === value} onClick=${() => setQuery({ days: value === "30" ? "" : value })}>${words}</button>`)}</div>`;
  if (load.error && !load.data) return html`<${Page} title="Dashboard"><${Card}><${Problem} error=${load.error} retry=${load.reload} /><//><//>`;
  const data = load.data;
  return html`<${Page} title="Dashboard" actions=${span}>
    <${Totals} data=${data} />
    <div class="grid-2-1 is-even">
      <${Sales} data=${data} />
      <${Card} title="Orders by status">${data ? html`<${Statuses} counts=${data.statuses} />` : html`<${Waiting} lines="5" />`}<//>
    </div>
    <div class="grid-3">
      <${Card} title="Latest orders" flush actions=${html`<a href="/admin/orders">All orders</a>`}><${Latest} load=${latest} /><//>
      <${Card} title="Best sellers" flush>${data ? html`<${Best} data=${data} />` : html`<div class="card-body"><${Waiting} /></div>`}<//>
      <${Card} title="Low stock" flush actions=${html`<a href="/admin/products?variant_stock__lte=5&published=true&ordering=stock">All of them</a>`}>
        ${data ? html`<${Low} rows=${data.low_stock} />` : html`<div class="card-body"><${Waiting} /></div>`}<//>
    </div>
  <//>`;
}

function Totals({ data }) {
  const open = data && (data.statuses.pending ?? 0) + (data.statuses.processing ?? 0);
  const tile = (label, value, more) => html`<div class="tile"><dt>${label}</dt><dd>${data ? value : html`<${Skeleton} width="6rem" />`}</dd>${more}</div>`;
  return html`<dl class="tiles">
    ${tile("Revenue", money(data?.totals.revenue, data?.currency))}
    ${tile("Orders", number(data?.totals.orders))}
    ${tile("Average order", money(data?.totals.average, data?.currency))}
    ${tile("To be shipped", html`<a href="/admin/orders?ordering=status">${number(open)}</a>`)}
  </dl>`;
}

function Sales({ data }) {
  const [of, setOf] = useState("revenue");
  const which = html`<div class="tabs is-small" role="group" aria-label="Figure">
    ${["revenue", "orders"].map((name) => html`<button aria-pressed=${of === name} onClick=${() => setOf(name)}>${name === "revenue" ? "Revenue" : "Orders"}</button>`)}</div>`;
  return html`<${Card} title="Sales per day" actions=${which}>
    ${data ? html`<${Chart} days=${data.days} of=${of} currency=${data.currency} />` : html`<${Skeleton} height="15.600rem" />`}<//>`;
}

function Statuses({ counts }) {
  const all = Math.max(1, ...Object.values(counts));
  return html`<ul class="bars">${STATUSES.map((status) => html`<li>
    <a href=${`/admin/orders?status=${status}`}><${Status} of=${status} /><span class="num">${number(counts[status] ?? 0)}</span></a>
    <span class="bar-track" aria-hidden="true"><span class="bar-fill is-${status}" style=${{ width: `${((counts[status] ?? 0) / all) * 100}%` }}></span></span></li>`)}</ul>`;
}

function Latest({ load }) {
  if (!load.data) return html`<div class="card-body">${load.error ? html`<${Problem} error=${load.error} retry=${load.reload} />` : html`<${Waiting} />`}</div>`;
  if (!load.data.results.length) return html`<${Empty} icon="orders" title="No orders yet">The first one appears here by itself. Try it: <a href="/" target="_blank" rel="noopener">open the shop</a> and buy something.<//>`;
  return html`<ul class="rows">${load.data.results.map((order) => html`<li key=${order.id}><a href=${`/admin/orders/${order.id}`}>
    <span><b>${order.number}</b><small>${ago(order.created_at)}</small></span><${Status} of=${order.status} /><span class="num">${money(order.total, order.currency)}</span></a></li>`)}</ul>`;
}

function Best({ data }) {
  if (!data.best_sellers.length) return html`<${Empty} icon="products" title="Nothing sold yet">What sells best in these days stands here.<//>`;
  return html`<ul class="rows">${data.best_sellers.slice(0, 6).map((row) => html`<li key=${row.product_id}><a href=${`/admin/products/${row.product_id}`}>
    <span><b>${row.name}</b><small>${plural(row.quantity, "unit")} sold</small></span><span class="num">${money(row.revenue, data.currency)}</span></a></li>`)}</ul>`;
}

function Low({ rows }) {
  if (!rows.length) return html`<${Empty} icon="check" title="Everything in stock">What runs low is listed here.<//>`;
  return html`<ul class="rows">${rows.slice(0, 6).map((row) => html`<li key=${`${row.product_id}/${row.sku}`}><a href=${`/admin/products/${row.product_id}`}>
    <span><b>${row.name}</b><small>${row.sku ?? "no SKU"}</small></span><${Stock} of=${row.stock} /></a></li>`)}</ul>`;
}
