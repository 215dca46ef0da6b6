// The bag: the same in every tab, and in the account after signing in.
import { html } from "/assets/shared/vendor/preact.js";
import { tokens } from "/assets/shared/tokens.js";
import { bag, money, removeLine, setQuantity, toast } from "./shop.js";
import { mount, useStore } from "./shell.js";
import { Empty, Picture, Quantity } from "./parts.js";

const tell = (error) => toast(error.body?.available === undefined ? error.message : `Only ${error.body.available} can be had.`, { bad: true });

function Line({ line }) {
  const { product, options, quantity, unit_price, subtotal } = line;
  const remove = async () => {
    await removeLine(line).catch(tell);
    document.querySelector("#main h1").focus(); // what had the focus is gone
  };
  return html`<li class="line">
    <a href=${`product?id=${product.id}`} tabindex="-1" aria-hidden="true"><${Picture} src=${product.image} name=${product.name} widths=${product.image_widths} webp=${product.image_webp} sizes="84px" /></a>
    <div class="line-words"><a href=${`product?id=${product.id}`}>${product.name}</a>
      <span class="muted small">${Object.values(options).join(", ")}</span>
      <span class="muted small number">${money(unit_price, product.currency)} each</span></div>
    <div class="line-end"><b class="number">${money(subtotal, product.currency)}</b>
      <${Quantity} value=${quantity} label=${`How many: ${product.name}`} set=${(number) => setQuantity(line, number).catch(tell)} />
      <button type="button" class="button button-quiet button-small" onClick=${remove}>Remove<span class="visually-hidden"> ${product.name}</span></button></div>
  </li>`;
}

function Bag() {
  const cart = useStore(bag);
  if (!cart) return html`<h1>Your bag</h1><div class="stack bag" aria-busy="true"><p class="skeleton line">…</p><p class="skeleton line">…</p></div>`;
  if (!cart.items.length) {
    return html`<h1 tabindex="-1">Your bag</h1><${Empty} title="There is nothing in it yet."><a class="button button-primary" href="./">Look around</a></${Empty}>`;
  }
  return html`<h1 tabindex="-1">Your bag</h1><div class="two">
    <ul class="lines">${cart.items.map((line) => html`<${Line} key=${line.id} line=${line} />`)}</ul>
    <aside class="card stack" aria-label="Total">
      <p class="row spread"><span>Total</span><b class="number" id="total">${money(cart.total, cart.currency)}</b></p>
      <a class="button button-primary button-wide" href="checkout">Check out</a>
      ${!tokens() && html`<p class="muted small">No account needed.</p>`}
    </aside>
  </div>`;
}

mount(Bag);
