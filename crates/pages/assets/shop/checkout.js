// Checkout on one page. The idempotency key belongs to this bag: pressing twice, or again after the connection broke,
// makes one order.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { messages, newKey } from "/assets/shared/api.js";
import { shop } from "/assets/shared/this-shop.js";
import { tokens } from "/assets/shared/tokens.js";
import { api, bag, money, noteOrdered, refreshBag, removeLine, setQuantity } from "./shop.js";
import { mount, useStore } from "./shell.js";
import { Empty, Field, useAction } from "./parts.js";

const KEPT = "oxcart.contact";
const EMPTY = { email: "", name: "", phone: "", address: "", postcode: "", city: "", country: "", note: "" };

function useContact() {
  const [contact, set] = useState({ ...EMPTY, ...JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") });
  const change = (some) => set((before) => {
    const next = { ...before, ...some };
    sessionStorage.setItem(KEPT, JSON.stringify(next));
    return next;
  });
  useEffect(() => {
    if (!tokens()) return;
    const fill = ({ email, first_name, last_name, phone }) => set((before) => ({ ...before, email: before.email || email, name: before.name || `${first_name} ${last_name}`.trim(), phone: before.phone || phone }));
    api.get("/user/profile/").then(fill, () => {});
  }, []);
  return [contact, change];
}

/** Too little of something: which line, and how many can be had. */
function Shortage({ items, cart, mended }) {
  const [adjust, busy] = useAction(async () => {
    for (const { product_id, variant_id, available } of items) {
      const line = cart.items.find((line) => line.product.id === product_id && line.variant_id === variant_id);
      if (line) await (available > 0 ? setQuantity(line, available) : removeLine(line));
    }
    mended();
  });
  const name = ({ product_id, variant_id }) => cart.items.find((line) => line.product.id === product_id && line.variant_id === variant_id)?.product.name ?? "Something";
  return html`<div class="notice notice-warn" role="alert" tabindex="-1" id="shortage"><b>There is less left than is in your bag.</b>
    <ul>${items.map((item) => html`<li>${name(item)}: ${item.requested} wanted, ${item.available || "none"} left</li>`)}</ul>
    <div><button type="button" class="button button-small" disabled=${busy} onClick=${adjust}>Adjust my bag</button></div></div>`;
}

function Summary({ cart }) {
  return html`<aside class="card stack" aria-label="Your order"><h2>Your order</h2>
    <ul class="summary">${cart.items.map(({ id, product, options, quantity, subtotal }) => html`<li key=${id} class="row spread">
      <span>${quantity} × ${product.name}<span class="muted small"> ${Object.values(options).join(", ")}</span></span><span class="number">${money(subtotal, product.currency)}</span></li>`)}</ul>
    <p class="row spread total"><span>Total</span><b class="number">${money(cart.total, cart.currency)}</b></p></aside>`;
}

function Checkout() {
  const cart = useStore(bag);
  const [contact, change] = useContact();
  const [key, setKey] = useState(newKey());
  const [place, busy, error] = useAction(async () => {
    const given = Object.fromEntries(Object.entries(contact).filter(([, value]) => value.trim()));
    const { order } = await api.post("/order/place_order/", { contact: given }, { key });
    // Where it goes may be the same next time; what was to be said of it is not.
    sessionStorage.setItem(KEPT, JSON.stringify({ ...contact, note: "" }));
    if (!tokens()) noteOrdered(true);
    location.assign(`orders?id=${order.id}&new=1`);
  });
  useEffect(() => document.querySelector("#shortage, #refused")?.focus(), [error]);
  if (!cart) return html`<h1>Checkout</h1><p class="skeleton line">…</p>`;
  if (!cart.items.length && !busy) return html`<h1>Checkout</h1><${Empty} title="There is nothing to check out."><a class="button" href="./">Look around</a></${Empty}>`;
  const wrong = messages(error?.body?.contact);
  const field = (name, label, more) => html`<${Field} name=${name} label=${label} value=${contact[name]} error=${wrong[name]} onInput=${(event) => change({ [name]: event.target.value })} ...${more} />`;
  // Another bag is another order.
  const mended = async () => (setKey(newKey()), await refreshBag());
  const send = (event) => (event.preventDefault(), place());
  return html`<h1>Checkout</h1><div class="two">
    <form class="stack" onSubmit=${send}>
      ${!tokens() && html`<p class="notice"><span>Have an account? <a href="account?next=checkout">Sign in</a> and your bag comes along.</span></p>`}
      ${error?.body?.items && html`<${Shortage} items=${error.body.items} cart=${cart} mended=${mended} />`}
      ${error && !error.body?.items && html`<p class="notice notice-danger" role="alert" tabindex="-1" id="refused">${error.body?.contact ? "Something is not right yet: it is marked below." : error.message}</p>`}
      <fieldset class="group"><legend>Contact</legend>
        ${field("email", "Email", { type: "email", autocomplete: "email", required: true, hint: "For the confirmation." })}
        ${field("phone", "Phone (optional)", { type: "tel", autocomplete: "tel" })}</fieldset>
      <fieldset class="group"><legend>Delivery</legend>
        ${field("name", "Name", { autocomplete: "name", required: true })}
        ${field("address", "Street and number", { autocomplete: "street-address", required: true })}
        <div class="pair">${field("postcode", "Postcode", { autocomplete: "postal-code", required: true })}${field("city", "City", { autocomplete: "address-level2", required: true })}</div>
        ${field("country", "Country", { autocomplete: "country-name", required: true })}
        ${field("note", "Note (optional)", { textarea: true, rows: 3 })}</fieldset>
      <button class="button button-primary button-wide" id="place" disabled=${busy}>${busy ? "Placing …" : `Place order · ${money(cart.total, cart.currency)}`}</button>
      ${shop.demo && html`<p class="muted small">Nothing is charged: this is a demo.</p>`}
    </form>
    <${Summary} cart=${cart} /></div>`;
}

mount(Checkout);
