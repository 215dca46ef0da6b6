// One customer: their orders, what is in their cart, and whether they may log in.
import { html, useState } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useDebounced, useLoad } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { address, patch } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { ago, money, name, number, plural, time } from "../lib/format.js";
import { Card, Facts, Page, Pending } from "../ui/page.js";
import { Confirm } from "../ui/later.js";
import { Badge, Status } from "../ui/badge.js";
import { Empty, Problem, Waiting } from "../ui/states.js";
import { Table } from "../ui/table.js";

const BACK = { href: "/admin/customers", text: "Customers" };
const COLUMNS = [
  { key: "number", label: "Order", main: true, show: (order) => order.number },
  { key: "placed", label: "Placed", sort: "created_at", show: (order) => ago(order.created_at) },
  { key: "status", label: "Status", sort: "status", show: (order) => html`<${Status} of=${order.status} />` },
  { key: "total", label: "Total", sort: "total", end: true, show: (order) => html`<span class="num">${money(order.total, order.currency)}</span>` },
];

export default function Customer({ id, user }) {
  const load = useLoad(`/customers/${id}/`);
  const [{ ordering }] = useQuery();
  const orders = useLoad(address("/order/", { user: id, page_size: 10, ordering }));
  const cart = useLoad(`/customers/${id}/cart/`);
  const [asked, setAsked] = useState(false);
  const reload = useDebounced(() => (orders.reload(), cart.reload()), 500);
  useLive((frame) => (frame.type === "reset" || frame.event.startsWith("order.")) && reload());
  const who = load.data;
  if (!who) return html`<${Pending} title="Customer" back=${BACK} load=${load} />`;
  const turn = async (is_active) => {
    load.set((old) => ({ ...old, is_active }));
    try {
      await patch(`/customers/${id}/`, { is_active });
      toast({ text: is_active ? "The account is active again." : "The account is deactivated." });
    } catch (error) {
      load.set(() => who);
      throw error;
    }
  };
  const actions = may(user, "customers") && (who.is_active
    ? html`<button class="button is-danger" onClick=${() => setAsked(true)}>Deactivate</button>`
    : html`<button class="button" onClick=${() => turn(true).catch(failed)}>Activate again</button>`);
  const badge = who.is_active ? html`<${Badge} kind="ok" icon="check">Active<//>` : html`<${Badge} icon="ban">Deactivated<//>`;
  return html`<${Page} title=${name(who) || who.email} back=${BACK} badge=${badge} actions=${actions}>
    <div class="grid-2-1"><div class="stack">
      <${Card} title="Orders" flush actions=${html`<a href=${address("/admin/orders", { user: id, ordering })}>All orders</a>`}>
        <${Table} label="Orders" columns=${COLUMNS} load=${short(orders)} sorted="-created_at" href=${(order) => `/admin/orders/${order.id}`}
          empty=${html`<${Empty} icon="orders" title="No orders yet">What this customer buys is listed here.<//>`} /><//>
      <${Card} title="Cart" flush><${Cart} load=${cart} /><//></div>
      <${Card} title="Account"><${Facts} of=${[["Email", html`<a href=${`mailto:${who.email}`}>${who.email}</a>`], ["Phone", who.phone], ["Role", who.role ?? "Customer"],
        ["Orders", number(who.orders)], ["Spent", money(who.spent, who.currency)], ["Joined", time(who.date_joined)], ["Last login", who.last_login ? time(who.last_login) : "Never"]]} /><//>
    </div>
    ${asked && html`<${Confirm} danger title="Deactivate this account?" yes="Deactivate" act=${() => turn(false)} onClose=${() => setAsked(false)}>
      <p>${who.email} is logged out everywhere at once and can't log in again until the account is activated. Orders stay as they are.</p><//>`}
  <//>`;
}

/** The first of them only: their pages are those of the list of all orders. */
const short = (load) => ({ ...load, data: load.data && { ...load.data, next: null, previous: null } });

function Cart({ load }) {
  if (!load.data) return load.error ? html`<${Problem} error=${load.error} retry=${load.reload} />` : html`<div class="card-body"><${Waiting} lines="2" /></div>`;
  const lines = load.data.items ?? load.data.lines ?? [];
  if (!lines.length) return html`<${Empty} icon="products" title="The cart is empty">What this customer puts into it is shown here.<//>`;
  return html`<ul class="rows">${lines.map((line) => html`<li><a href=${`/admin/products/${line.product.id}`}>
    <span><b>${line.product.name}</b><small>${plural(line.quantity, "unit")}</small></span><span class="num">${money(line.subtotal, line.product.currency)}</span></a></li>`)}</ul>`;
}
