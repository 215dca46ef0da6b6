// An order, for whoever has the mail about it: the link's token stands behind the `#`, which is sent to nobody, and stays
// there, so that the page can be opened again. Served whatever the storefront is, unless it has a page of this name.
import { html, render, useEffect, useState } from "./vendor/preact.js";
import { client } from "./api.js";
import { statusName, stepsOf } from "./status.js";
import { shop } from "./this-shop.js";

const api = client();
const money = (amount, currency) => new Intl.NumberFormat(navigator.language, { style: "currency", currency }).format(amount);
const when = (instant) => new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));

/** A link that was broken on its way is none, and no reason to stop here. */
function token(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function useOrder() {
  const [state, set] = useState({});
  useEffect(() => {
    const headers = () => ({ "x-order-token": token(location.hash.slice(1)) });
    const load = () => api.get("/order/by_link/", undefined, { headers: headers() }).then((order) => set({ order }), (error) => set((before) => (before.order && error.status !== 404 ? before : { error })));
    // Who comes back to it wants to know how it stands now.
    const back = () => document.visibilityState === "visible" && load();
    load();
    addEventListener("hashchange", load);
    document.addEventListener("visibilitychange", back);
    return () => (removeEventListener("hashchange", load), document.removeEventListener("visibilitychange", back));
  }, []);
  return state;
}

const Refused = ({ error }) => html`<h1>Your order</h1>
  <p class="notice notice-danger" role="alert">${error.status === 404 ? "This link is not good, or not any more: it shows an order for 90 days." : error.message}</p>
  <p><a href="/">To the shop</a></p>`;

const Steps = ({ status }) => html`<ol class="steps">${stepsOf(status).map(({ name, done, now }) => html`<li class=${done ? "done" : ""} aria-current=${now ? "step" : undefined}>${name}</li>`)}</ol>`;

function Order() {
  const { order, error } = useOrder();
  if (error) return html`<${Refused} error=${error} />`;
  if (!order) return html`<h1>Your order</h1><p class="muted" role="status">One moment …</p>`;
  const { number, status, items, total, currency, created_at } = order;
  return html`<div class="row spread"><div><h1>Order ${number}</h1><p class="muted">${when(created_at)}</p></div>
      <p role="status" id="status" data-status=${status}><span class=${`badge badge-${status}`}>${statusName(status)}</span></p></div>
    ${status === "cancelled" ? html`<p class="notice notice-danger">This order was cancelled.</p>` : html`<${Steps} status=${status} />`}
    <section class="card"><h2>Items</h2>
      <ul class="summary">${items.map(({ variant_id, name, options, quantity, subtotal }) => html`<li key=${variant_id} class="row spread">
        <span>${quantity} × ${name}<span class="muted small"> ${options.join(", ")}</span></span><span class="number">${money(subtotal, currency)}</span></li>`)}</ul>
      <hr /><p class="row spread"><span>Total</span><b class="number">${money(total, currency)}</b></p></section>
    <p><a href="/">To the shop</a></p>`;
}

document.title += ` – ${shop.name}`;
const place = document.querySelector("main");
place.replaceChildren();
render(html`<${Order} />`, place);
