// One order: what was bought, by whom, what happened to it, and what can be done next.
import { html, useState } from "../lib/preact.js";
import { useDebounced, useLoad } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { post } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { money, time } from "../lib/format.js";
import { Card, Facts, Page, Pending } from "../ui/page.js";
import { Confirm } from "../ui/later.js";
import { Status } from "../ui/badge.js";
import { Icon } from "../ui/icons.js";
import { Timeline } from "../ui/timeline.js";

const BACK = { href: "/admin/orders", text: "Orders" };
const STEPS = { processing: ["Start processing", "gear"], shipped: ["Mark shipped", "truck"], delivered: ["Mark delivered", "check"] };

export default function Order({ id, user }) {
  const load = useLoad(`/order/${id}/`);
  const timeline = useLoad(`/order/${id}/timeline/`);
  const [asked, setAsked] = useState(false);
  const both = useDebounced(() => (load.reload(), timeline.reload()), 200);
  useLive((frame) => (frame.type === "reset" || (frame.event.startsWith("order.") && frame.data.id === Number(id))) && both());
  const order = load.data;
  if (!order) return html`<${Pending} title="Order" back=${BACK} load=${load} />`;
  const move = async (status) => {
    load.set((old) => ({ ...old, status, allowed: [] }));
    try {
      await post(`/order/${id}/update_status/`, { status });
      toast({ text: `${order.number} is now ${status}.` });
    } catch (error) {
      load.set(() => order);
      throw error;
    } finally {
      both();
    }
  };
  const allowed = may(user, "orders") ? order.allowed ?? [] : [];
  const forward = Object.keys(STEPS).filter((status) => allowed.includes(status));
  const actions = html`
    ${allowed.includes("cancelled") && html`<button class="button is-danger" onClick=${() => setAsked(true)}>Cancel order</button>`}
    ${forward.map((status) => html`<button class="button ${status === next(forward) ? "button-primary" : ""}" onClick=${() => move(status).catch(failed)}>
      <${Icon} name=${STEPS[status][1]} size="16" />${STEPS[status][0]}</button>`)}`;
  return html`<${Page} title=${order.number} back=${BACK} badge=${html`<${Status} of=${order.status} />`} actions=${actions}>
    <div class="grid-2-1">
      <div class="stack"><${Lines} order=${order} />
        <${Card} title="Timeline"><${Timeline} load=${timeline} /><//></div>
      <${Buyer} order=${order} />
    </div>
    ${asked && html`<${Confirm} danger title=${`Cancel ${order.number}?`} yes="Cancel order" act=${() => move("cancelled")} onClose=${() => setAsked(false)}>
      <p>Its goods go back into stock, and the customer sees it at once. This can't be undone.</p><//>`}
  <//>`;
}

/** What most orders do next: they are shipped, and then they arrive. */
const next = (forward) => (forward.includes("shipped") ? "shipped" : forward[0]);

const Lines = ({ order }) => html`<${Card} title="Items" flush>
  <div class="table-box"><table class="table" role="table" aria-label="Items">
    <thead role="rowgroup"><tr role="row"><th role="columnheader">Product</th><th role="columnheader" class="end">Price</th>
      <th role="columnheader" class="end">Quantity</th><th role="columnheader" class="end">Subtotal</th></tr></thead>
    <tbody role="rowgroup">${order.items.map((line) => html`<tr role="row">
      <td role="cell" class="main" data-label="Product"><a href=${`/admin/products/${line.product_id}`}>${line.name}</a>
        <small>${[...(line.options ?? []), line.sku].filter(Boolean).join(" · ")}</small></td>
      <td role="cell" class="end" data-label="Price">${money(line.unit_price, order.currency)}</td>
      <td role="cell" class="end" data-label="Quantity">${line.quantity}</td>
      <td role="cell" class="end" data-label="Subtotal">${money(line.subtotal, order.currency)}</td></tr>`)}</tbody>
  </table></div>
  <p class="total"><span>Total</span><b class="num">${money(order.total, order.currency)}</b></p><//>`;

function Buyer({ order }) {
  const { contact, customer } = order;
  const place = contact && [contact.address, [contact.postcode, contact.city].filter(Boolean).join(" "), contact.country].filter(Boolean);
  const email = contact?.email || customer?.email;
  return html`<div class="stack"><${Card} title="Customer"><${Facts} of=${[
    contact?.name && ["Name", contact.name],
    ["Email", email && html`<a href=${`mailto:${email}`}>${email}</a>`],
    contact?.phone && ["Phone", contact.phone],
    ["Account", customer || order.user ? html`<a href=${`/admin/customers/${customer?.id ?? order.user}`}>${customer?.email ?? `Customer ${order.user}`}</a>` : "Guest"],
    place?.length > 0 && ["Ships to", html`<address>${place.map((line) => html`${line}<br />`)}</address>`],
    contact?.note && ["Note", html`<q>${contact.note}</q>`],
  ]} /><//>
  <${Card} title="Dates"><${Facts} of=${[["Placed", time(order.created_at)], ["Last change", time(order.updated_at)]]} /><//></div>`;
}
