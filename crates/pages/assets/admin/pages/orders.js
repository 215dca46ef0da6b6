// All orders. New statuses appear by themselves, and so do new orders at the top of the newest; where they would push rows
// about that somebody reads, they are counted.
import { html, useEffect, useState } from "../lib/preact.js";
import { TURNS, useQuery } from "../lib/router.js";
import { useLoad, useThrottled } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { address, download } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { ago, money, plural, time } from "../lib/format.js";
import { useFresh } from "../ui/fresh.js";
import { Card, Page } from "../ui/page.js";
import { Field, Filters, Tabs } from "../ui/filters.js";
import { STATUSES, statusName } from "/assets/shared/status.js";
import { Status } from "../ui/badge.js";
import { Empty } from "../ui/states.js";
import { Table } from "../ui/table.js";
import { Icon } from "../ui/icons.js";
import { Bulk } from "../ui/later.js";

const NARROWED = ["date_from", "date_to", "user"];
const FILTERS = [...NARROWED, "status", "search"];
const TABS = [["", "All"], ...STATUSES.map((status) => [status, statusName(status)])];

const COLUMNS = [
  { key: "number", label: "Order", main: true, show: (order) => order.number },
  { key: "placed", label: "Placed", sort: "created_at", show: (order) => html`<time datetime=${order.created_at} title=${time(order.created_at)}>${ago(order.created_at)}</time>` },
  { key: "customer", label: "Customer", show: buyer },
  { key: "items", label: "Items", end: true, show: (order) => plural(order.items.reduce((sum, line) => sum + line.quantity, 0), "item") },
  { key: "status", label: "Status", sort: "status", show: (order) => html`<${Status} of=${order.status} />` },
  { key: "total", label: "Total", sort: "total", end: true, show: (order) => html`<span class="num">${money(order.total, order.currency)}</span>` },
];

function buyer(order) {
  const email = order.customer?.email ?? order.contact?.email;
  return html`<span class="clip">${order.contact?.name || email || "Guest"}</span>`;
}

export default function Orders({ user }) {
  const [query] = useQuery();
  const load = useLoad(address("/order/", query));
  const [picked, setPicked] = useState(new Set());
  const [fresh, mark] = useFresh();
  const [news, setNews] = useState(0);
  const isNewest = !query.ordering && !TURNS.some((name) => query[name]);
  useEffect(() => setNews(0), [query]);
  const reload = useThrottled(load.reload, 2000);
  useLive((frame) => {
    if (frame.type === "reset") return reload();
    if (!frame.event.startsWith("order.")) return;
    const { id, number, status, total, currency } = frame.data;
    mark(id);
    load.set((page) => ({ ...page, results: page.results.map((order) => (order.id === id ? { ...order, status } : order)) }));
    const isNew = frame.event === "order.placed";
    if (isNew) toast({ kind: "info", text: `New order ${number}, ${money(total, currency)}.`, href: `/admin/orders/${id}` });
    if (isNewest) reload();
    else if (isNew) setNews((count) => count + 1);
  });
  const actions = html`${news > 0 && html`<a class="button" href="/admin/orders">${plural(news, "new order")}</a>`}
    <button class="button" onClick=${() => download(address("/order/export/", Object.fromEntries(FILTERS.map((name) => [name, query[name]]))), "orders.csv").catch(failed)}>
    <${Icon} name="download" size="16" />Export CSV</button>`;
  const orders = (load.data?.results ?? []).filter((order) => picked.has(order.id));
  return html`<${Page} title="Orders" actions=${actions}>
    <${Card} flush>
      <div class="filters"><${Tabs} label="Status" name="status" options=${TABS} />
        <${Filters} label="Order number or email" names=${NARROWED} all=${FILTERS}>
          <${Field} label="From" name="date_from" type="date" /><${Field} label="To" name="date_to" type="date" /><//></div>
      ${picked.size > 0 && html`<${Bulk} orders=${orders} load=${load} onDone=${(left) => setPicked(new Set(left))} />`}
      <${Table} label="Orders" columns=${COLUMNS} load=${load} fresh=${fresh} sorted="-created_at" href=${(order) => `/admin/orders/${order.id}`}
        picked=${picked} onPick=${may(user, "orders") ? setPicked : null} empty=${none(query)} />
    <//>
  <//>`;
}

const none = (query) => FILTERS.some((name) => query[name])
  ? html`<${Empty} title="No order matches">Clear some filters, or search for another number or address.<//>`
  : html`<${Empty} icon="orders" title="No orders yet">They appear here by themselves, as customers place them. Try it: <a href="/" target="_blank" rel="noopener">open the shop</a> and buy something.<//>`;
