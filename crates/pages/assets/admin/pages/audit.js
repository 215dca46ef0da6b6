// Who changed what, newest first.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useLoad } from "../lib/load.js";
import { address } from "../lib/api.js";
import { time, title } from "../lib/format.js";
import { Card, Page } from "../ui/page.js";
import { Diff } from "../ui/diff.js";
import { Clear, Field } from "../ui/filters.js";
import { Empty } from "../ui/states.js";
import { Table } from "../ui/table.js";

const FILTERS = ["user", "object", "action", "since", "until"];
const PLACES = { product: "products", order: "orders", user: "customers", account: "customers" };

/** Where a thing of the log is shown, if it has a page. */
function thing(object) {
  const [kind, id] = object.split(":");
  if (!/^\d+$/.test(id ?? "")) return object;
  const words = html`<span title=${object}>${title(kind)} ${id}</span>`;
  return PLACES[kind] ? html`<a href=${`/admin/${PLACES[kind]}/${id}`}>${words}</a>` : words;
}

const COLUMNS = [
  { key: "action", label: "What", main: true, sort: "action", show: (entry) => title(entry.action) },
  { key: "object", label: "Of", sort: "object", show: (entry) => thing(entry.object) },
  { key: "actor", label: "By", sort: "actor", show: (entry) => html`<span class="clip" title=${entry.request_id ? `Request ${entry.request_id}` : ""}>${entry.actor}</span>` },
  { key: "change", label: "Change", show: (entry) => html`<${Diff} before=${entry.before} after=${entry.after} />` },
  { key: "at", label: "When", sort: "at", end: true, show: (entry) => html`<time datetime=${entry.at}>${time(entry.at)}</time>` },
];

export default function Audit() {
  const [query] = useQuery();
  const load = useLoad(address("/audit/", query));
  const empty = FILTERS.some((name) => query[name])
    ? html`<${Empty} title="Nothing matches">Clear some filters. Actions are called as in product.update, things as in product:12.<//>`
    : html`<${Empty} icon="audit" title="Nothing changed yet">Everything the staff changes is written down here.<//>`;
  return html`<${Page} title="Audit log"><${Card} flush>
    <div class="filters"><div class="filters-row"><${Field} label="By" name="user" placeholder="id or email" /><${Field} label="Of" name="object" placeholder="product:12" />
      <${Field} label="Action" name="action" placeholder="product.update" /><${Field} label="From" name="since" type="date" /><${Field} label="To" name="until" type="date" />
      <${Clear} names=${FILTERS} /></div></div>
    <${Table} label="Audit log" columns=${COLUMNS} load=${load} sorted="-at" empty=${empty} />
  <//><//>`;
}
