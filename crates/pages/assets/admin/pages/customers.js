// Everybody with an account.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useLoad } from "../lib/load.js";
import { address } from "../lib/api.js";
import { ago, date, money, name, number } from "../lib/format.js";
import { Card, Page } from "../ui/page.js";
import { Choice, Clear, Search } from "../ui/filters.js";
import { Badge } from "../ui/badge.js";
import { Empty } from "../ui/states.js";
import { Table } from "../ui/table.js";

const COLUMNS = [
  { key: "email", label: "Customer", main: true, sort: "email", show: (who) => html`<span>${name(who) || who.email}<small>${name(who) && who.email}</small></span>` },
  { key: "state", label: "State", show: (who) => (who.role ? html`<${Badge} kind="info" icon="staff">${who.role}<//>` : who.is_active ? html`<${Badge} kind="ok" icon="check">Active<//>` : html`<${Badge} icon="ban">Deactivated<//>`) },
  { key: "joined", label: "Joined", sort: "date_joined", show: (who) => date(who.date_joined) },
  { key: "seen", label: "Last login", sort: "last_login", show: (who) => ago(who.last_login) },
  { key: "orders", label: "Orders", end: true, show: (who) => number(who.orders) },
  { key: "spent", label: "Spent", end: true, show: (who) => html`<span class="num">${money(who.spent, who.currency)}</span>` },
];

export default function Customers() {
  const [query] = useQuery();
  const load = useLoad(address("/customers/", query));
  const empty = query.search || query.is_active
    ? html`<${Empty} title="Nobody matches">Clear the filters, or search for another name or address.<//>`
    : html`<${Empty} icon="customers" title="No customers yet">Whoever registers in the shop is listed here.<//>`;
  return html`<${Page} title="Customers"><${Card} flush>
    <div class="filters"><div class="filters-row"><${Search} label="Name or email" />
      <${Choice} label="State" name="is_active" options=${[["", "All"], ["true", "Active"], ["false", "Deactivated"]]} />
      <${Clear} names=${["search", "is_active"]} /></div>
      <p class="quiet" id="guests">Only those who have an account are listed. What guests bought is under <a href="/admin/orders">Orders</a>, where their address finds it.</p></div>
    <${Table} label="Customers" columns=${COLUMNS} load=${load} sorted="-date_joined" href=${(who) => `/admin/customers/${who.id}`} empty=${empty} />
  <//><//>`;
}
