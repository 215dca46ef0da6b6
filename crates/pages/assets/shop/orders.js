// One order, which changes while it is looked at; without an id, all of them.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { newKey } from "/assets/shared/api.js";
import { stepsOf } from "/assets/shared/status.js";
import { shop } from "/assets/shared/this-shop.js";
import { api, follow, money, when } from "./shop.js";
import { mount } from "./shell.js";
import { Badge, Empty, Failed, useAction } from "./parts.js";
import { OrderList } from "./order-list.js";

const asked = new URLSearchParams(location.search);
const id = Number(asked.get("id"));

const Steps = ({ status }) => html`<ol class="steps">${stepsOf(status).map(({ name, done, now }) => html`<li class=${done ? "done" : ""} aria-current=${now ? "step" : undefined}>${name}</li>`)}</ol>`;

function useOrder() {
  const [state, set] = useState({});
  const load = () => api.get(`/order/${id}/`).then((order) => set({ order }), (error) => set((before) => (before.order ? before : { error })));
  useEffect(() => {
    load();
    return follow(`order:${id}`, load);
  }, []);
  return [state, load];
}

function Cancel({ order, load }) {
  const [cancel, busy, error] = useAction(async () => (await api.post(`/order/${order.id}/cancel/`, undefined, { key: newKey() }), load()));
  const ask = () => document.querySelector("#sure").showModal();
  return html`<button class="button button-danger" disabled=${busy} onClick=${ask}>Cancel this order</button>
    ${error && html`<p class="notice notice-danger" role="alert">${error.message}</p>`}
    <dialog id="sure" aria-labelledby="sure-title"><form method="dialog" class="stack" onSubmit=${(event) => event.submitter?.value === "yes" && cancel()}>
      <h2 id="sure-title">Cancel ${order.number}?</h2><p class="muted">Everything in it goes back on the shelf.</p>
      <div class="row"><button class="button button-danger" value="yes">Cancel the order</button><button class="button" value="no">Keep it</button></div></form></dialog>`;
}

function Contact({ contact }) {
  if (!contact) return null;
  const { name, address, postcode, city, country, email } = contact;
  const lines = [name, address, [postcode, city].filter(Boolean).join(" "), country, email].filter(Boolean);
  return lines.length ? html`<section class="card stack"><h2>Ship to</h2><p>${lines.map((line) => html`${line}<br />`)}</p></section>` : null;
}

function Order() {
  const [{ order, error }, load] = useOrder();
  if (error?.status === 404 || error?.status === 401) return html`<h1>Order</h1><${Empty} title="This order is not yours, or there is none."><a class="button" href="account?next=">Sign in</a></${Empty}>`;
  if (error) return html`<h1>Order</h1><${Failed} error=${error} again=${load} />`;
  if (!order) return html`<h1 class="skeleton">Order</h1><p class="skeleton line">…</p>`;
  return html`${asked.get("new") && order.status === "pending" && html`<p class="notice notice-ok"><b>Thank you! Your order is placed.</b>This page changes as it goes on its way.${shop.mails === "sent" && order.contact?.email ? " A mail with a link to follow it is on its way to you." : ""}</p>`}
    ${asked.get("new") && shop.demo && order.status === "pending" && html`<p class="notice"><b>In this demo you are the shop, too.</b><span>Leave this page open and <a href=${`/admin/orders/${id}`} target="_blank">ship the order in the console</a>:
      sign in as ${shop.demo.staff.email} with ${shop.demo.staff.password}, press <b>Mark shipped</b>, and look here again.</span></p>`}
    <div class="row spread above"><div><h1>Order ${order.number}</h1><p class="muted">${when(order.created_at)}</p></div><div role="status" id="status" data-status=${order.status}><${Badge} status=${order.status} /></div></div>
    ${order.status === "cancelled" ? html`<p class="notice notice-danger">This order was cancelled.</p>` : html`<${Steps} status=${order.status} />`}
    <div class="two"><section class="card"><h2>Items</h2>
      <ul class="summary">${order.items.map(({ variant_id, product_id, name, options, quantity, subtotal }) => html`<li key=${variant_id} class="row spread">
        <span>${quantity} × <a href=${`product?id=${product_id}`}>${name}</a><span class="muted small"> ${options.join(", ")}</span></span><span class="number">${money(subtotal, order.currency)}</span></li>`)}</ul>
      <p class="row spread total"><span>Total</span><b class="number">${money(order.total, order.currency)}</b></p></section>
      <div class="stack"><${Contact} contact=${order.contact} />${order.status === "pending" && html`<${Cancel} order=${order} load=${load} />`}<a href="./">Go on shopping</a></div></div>`;
}

mount(id ? Order : () => html`<h1>Your orders</h1><${OrderList} />`);
