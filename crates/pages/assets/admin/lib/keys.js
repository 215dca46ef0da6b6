// Keyboard shortcuts: single keys and pairs such as `g o`, silent while somebody types.
import { useEffect } from "./preact.js";
import { go } from "./router.js";

export const PLACES = {
  d: ["Dashboard", "/admin/"],
  o: ["Orders", "/admin/orders"],
  p: ["Products", "/admin/products"],
  c: ["Categories", "/admin/categories"],
  u: ["Customers", "/admin/customers"],
  i: ["Import and export", "/admin/exchange"],
  m: ["Mailbox", "/admin/mails"],
  a: ["Audit log", "/admin/audit"],
};

export const KEYS = [
  ["/", "Search this page's list"],
  ["n", "New product (on Products)"],
  ["←  →", "Page back and forth in a list"],
  ["?", "This help"],
];

const types = (target) => target.closest?.("input, textarea, select, [contenteditable]");

/** Listens for the console's shortcuts; `help()` opens the list of them. */
export function useKeys(help) {
  useEffect(() => {
    let leader = 0;
    const press = (event) => {
      if (event.metaKey || event.ctrlKey || event.altKey || types(event.target) || document.querySelector("dialog[open]")) return;
      const paired = Date.now() - leader < 1200;
      leader = 0;
      const act = paired && PLACES[event.key] ? () => go(PLACES[event.key][1]) : alone(event.key, help);
      if (event.key === "g" && !paired) leader = Date.now();
      else if (act) {
        event.preventDefault();
        act();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [help]);
}

function alone(key, help) {
  const click = (selector) => {
    const found = document.querySelector(selector);
    return found && (() => found.click());
  };
  if (key === "?") return help;
  if (key === "/") {
    const search = document.querySelector("main input[type=search]");
    return search && (() => search.select());
  }
  if (key === "n") return click("main a[data-key=n]");
  if (key === "ArrowLeft") return click(".pager a[rel=prev]");
  if (key === "ArrowRight") return click(".pager a[rel=next]");
  return null;
}
