// Addresses under /admin/ without reloading. Filters and pages live in the query, so every view can be shared.
import { useState, useEffect, useMemo } from "./preact.js";

const listeners = new Set();
let guard = null;
let arrived = false;

/** While set, `guard()` is asked before another page is shown; false stays here. */
export const setGuard = (next) => (guard = next);

/** Shows another address of the console. */
export function go(href, { replace = false } = {}) {
  const other = new URL(href, location.href).pathname !== location.pathname;
  if (other && guard && !guard()) return;
  if (other) guard = null;
  arrived = other;
  history[replace ? "replaceState" : "pushState"](null, "", href);
  listeners.forEach((listener) => listener());
}

addEventListener("popstate", () => {
  arrived = true;
  listeners.forEach((listener) => listener());
});
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (arrived = false), { capture: true });

/** Whether a page was just opened and nothing was done on it yet: then its heading takes the focus. */
export const justArrived = () => arrived;

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/admin']");
  const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || other || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

/** The address as it is now: `{path, query}`; `path` without /admin and slashes at its ends. */
export function useRoute() {
  const [here, setHere] = useState(location.href);
  useEffect(() => {
    const look = () => setHere(location.href);
    listeners.add(look);
    return () => listeners.delete(look);
  }, []);
  return useMemo(() => {
    const url = new URL(here);
    return { path: url.pathname.replace(/^\/admin/, "").replace(/^\/+|\/+$/g, ""), query: url.searchParams };
  }, [here]);
}

/** What says where a page of a list is: its number, and beside it the row it is read on from. */
export const TURNS = ["page", "after", "before"];

/** The query as a plain object, and a function that changes some of it (empty values go away; the page starts anew). */
export function useQuery() {
  const { query } = useRoute();
  const params = useMemo(() => Object.fromEntries(query), [query]);
  const set = (changes, options = { replace: true }) => {
    const next = new URLSearchParams(location.search);
    for (const name of TURNS) next.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "" || value === null || value === undefined) next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    go(location.pathname + (text ? `?${text}` : ""), options);
  };
  return [params, set];
}
