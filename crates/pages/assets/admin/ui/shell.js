// The frame around every page: places at the left, who is signed in, the live light, and the help of the keyboard.
import { html, useEffect, useState } from "../lib/preact.js";
import { shop } from "/assets/shared/this-shop.js";
import { may } from "../lib/roles.js";
import { watch } from "../lib/live.js";
import { useKeys } from "../lib/keys.js";
import { Icon } from "./icons.js";
import { Help } from "./later.js";
import { Toasts } from "./toasts.js";

const GROUPS = [
  [null, [["", "Dashboard", "home"], ["orders", "Orders", "orders"], ["products", "Products", "products"],
    ["categories", "Categories", "categories"], ["customers", "Customers", "customers"]]],
  ["Operations", [["exchange", "Import & export", "exchange"], ["mails", "Mailbox", "mails"], ["audit", "Audit log", "audit"]]],
  ["Owner", [["staff", "Staff & roles", "staff"], ["settings", "Settings", "settings"]], "owner"],
];

export function Shell({ user, path, onSignOut, children }) {
  const [open, setOpen] = useState(false);
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp(true));
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const close = (event) => event.key === "Escape" && setOpen(false);
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, []);
  return html`<a class="skip" href="#main">Skip to the content</a>
    <header class="topbar"><button class="icon-button" aria-label="Menu" aria-expanded=${open} aria-controls="sidebar" onClick=${() => setOpen(!open)}>
      <${Icon} name=${open ? "close" : "menu"} /></button><${Brand} /><${Light} short /></header>
    <aside class="sidebar ${open ? "is-open" : ""}" id="sidebar" aria-label="Console">
      <${Brand} />
      <nav aria-label="Places">${GROUPS.filter(([, , need]) => !need || may(user, need)).map(([words, places]) => html`
        ${words && html`<p class="nav-group">${words}</p>`}
        <ul>${places.map((place) => html`<${Place} place=${place} path=${path} />`)}</ul>`)}</nav>
      <div class="sidebar-foot"><${Light} /><${Tools} help=${() => setHelp(true)} />
        <div class="me"><div><strong>${user.first_name || user.email}</strong><span>${user.role}</span></div>
          <button class="icon-button" aria-label="Sign out" title="Sign out" onClick=${onSignOut}><${Icon} name="out" /></button></div></div>
    </aside>
    ${open && html`<div class="veil" onClick=${() => setOpen(false)}></div>`}
    <main id="main" tabindex="-1">${children}</main>
    <${Toasts} />
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}`;
}

const Brand = () => html`<a class="brand" href="/admin/"><img src="/assets/shared/icon.svg" width="26" height="26" alt="" /><span>${shop.name}</span></a>`;

function Place({ place: [target, words, icon], path }) {
  const here = path.split("/")[0] === target;
  return html`<li><a href=${`/admin/${target}`} aria-current=${here ? "page" : undefined}><${Icon} name=${icon} />${words}</a></li>`;
}

/** Whether what happens in the shop appears by itself just now. */
function Light({ short }) {
  const [state, setState] = useState("connecting");
  useEffect(() => watch(setState), []);
  const words = { live: "Live", connecting: "Connecting…", offline: "Reconnecting…" }[state];
  return html`<p class="light is-${state} ${short ? "is-short" : ""}"><span aria-hidden="true"></span>${words}</p>`;
}

const themeNow = () => document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function Tools({ help }) {
  const [theme, setTheme] = useState(themeNow);
  const other = theme === "dark" ? "light" : "dark";
  const turn = () => {
    document.documentElement.dataset.theme = other;
    localStorage.setItem("oxcart-theme", other);
    setTheme(other);
  };
  return html`<div class="tools">
    <a class="icon-button" href="/" target="_blank" rel="noopener" aria-label="Open the shop in a new tab" title="Open the shop"><${Icon} name="shop" /></a>
    <button class="icon-button" aria-label=${`Use the ${other} theme`} title=${`Use the ${other} theme`} onClick=${turn}><${Icon} name=${other === "dark" ? "moon" : "sun"} /></button>
    <button class="icon-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick=${help}><${Icon} name="key" /></button></div>`;
}
