// What surrounds every page: top bar, toasts, foot. `mount` shows a page in it.
import { html, render, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { tokens, onLogin } from "/assets/shared/tokens.js";
import { shop } from "/assets/shared/this-shop.js";
import { bag, hasOrdered, openBag, toasts } from "./shop.js";

/** The value of a store, anew whenever it changes. */
export function useStore(store) {
  const [value, set] = useState(store.get());
  useEffect(() => (set(store.get()), store.listen(set)), []);
  return value;
}

const Cart = () => html`<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
  <path d="M3 5h2.4l2.5 10.5h9.6L20 8.5H6.4" /><circle cx="9.5" cy="19.5" r="1.4" /><circle cx="16" cy="19.5" r="1.4" /></svg>`;
const Person = () => html`<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true">
  <circle cx="12" cy="8" r="3.8" /><path d="M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5" /></svg>`;

function Header() {
  const count = useStore(bag)?.item_count ?? 0;
  const [known, setKnown] = useState(Boolean(tokens()));
  useEffect(() => onLogin(() => setKnown(Boolean(tokens()))), []);
  const search = new URLSearchParams(location.search).get("search") ?? "";
  return html`<header class="top"><div class="wide">
    <a class="brand" href="./"><img src="/assets/shared/icon.svg" alt="" width="28" height="28" />${shop.name}</a>
    <form class="search" action="./" role="search">
      <label class="visually-hidden" for="search">Search the shop</label>
      <input id="search" name="search" type="search" placeholder="Search" autocomplete="off" defaultValue=${search} />
    </form>
    <nav aria-label="Yours">
      ${!known && hasOrdered() && html`<a class="icon-link" href="orders" id="ordered"><span>Orders</span></a>`}
      <a class="icon-link" href="account"><${Person} /><span>${known ? "Account" : "Sign in"}</span></a>
      <a class="icon-link" href="bag"><${Cart} /><span>Bag</span>
        <b class="count number" data-count=${count} hidden=${!count}>${count}<span class="visually-hidden"> ${count === 1 ? "item" : "items"}</span></b></a>
    </nav>
  </div></header>`;
}

function Toasts() {
  return html`<div class="toasts" role="status">${useStore(toasts).map(
    ({ id, text, link, bad }) => html`<div class=${`toast${bad ? " toast-danger" : ""}`} key=${id}>
      <span>${text}</span>${link && html`<a href=${link.to}>${link.text}</a>`}</div>`
  )}</div>`;
}

const Foot = () => html`<footer class="foot"><div class="wide">
  <p>${shop.demo ? `A demo shop. Nothing is charged${shop.mails === "sent" ? "" : " and nothing is sent"}.` : shop.name}</p>
  <p><a href="/api/docs/">API</a> <a href="/admin/">Console for the staff</a></p>
</div></footer>`;

/** Says in the window's title what is shown. */
export const entitle = (what) => (document.title = `${what} – ${shop.name}`);

/** Shows a page; what it is called stands in its HTML. */
export function mount(Page) {
  entitle(document.title);
  openBag();
  document.body.replaceChildren();
  render(
    html`<a class="skip-link" href="#main">To the content</a><${Header} /><main id="main" class="wide" tabindex="-1"><${Page} /></main><${Foot} /><${Toasts} />`,
    document.body
  );
}
