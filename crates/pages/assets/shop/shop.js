// What all pages of the shop share: the API under the visitor's name, the bag, and what happens live.
import { client, newKey } from "/assets/shared/api.js";
import { live } from "/assets/shared/live.js";
import { auth, onLogin, tokens } from "/assets/shared/tokens.js";

export const api = client(auth);

/** A value that tells who listens when it changes: `get()`, `set(value)`, `listen(tell)` → how to stop. */
export function store(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set: (next) => ((value = next), listeners.forEach((tell) => tell(value))),
    listen: (tell) => (listeners.add(tell), () => listeners.delete(tell)),
  };
}

/** The bag as `GET /cart/` shows it; null until it is known. */
export const bag = store(null);
/** Short words at the edge of the screen: `{id, text, link?, bad?}`. */
export const toasts = store([]);

const others = new BroadcastChannel("oxcart.bag");
const watchers = new Set(); // of frames: {topic, event, data}

const socket = live({
  // Whoever is logged in shows a ticket; for everybody else the session's cookie speaks.
  ticket: async () => (tokens() ? (await api.post("/ws/ticket/")).ticket : undefined),
  event: (frame) => (frame.topic === "cart" ? refreshBag() : watchers.forEach((watcher) => watcher(frame))),
  reset: (topic) => (topic === "cart" ? refreshBag() : watchers.forEach((watcher) => watcher({ topic, event: "reset", data: {} }))),
});

export async function refreshBag() {
  bag.set(await api.get("/cart/"));
}

/** Follows a topic for as long as a page shows it; returns how to stop. */
export function follow(topic, tell) {
  const watcher = (frame) => frame.topic === topic && tell(frame);
  watchers.add(watcher);
  socket.follow(topic);
  return () => (watchers.delete(watcher), socket.leave(topic));
}

/** Fetches the bag and keeps it in step with other tabs. Who has neither account nor session has no topic `cart` yet. */
export function openBag() {
  refreshBag().catch(() => {});
  socket.follow("cart");
  const begin = () => (socket.restart(), refreshBag().catch(() => {}));
  others.onmessage = begin; // a session began in another tab
  onLogin(begin);
}

/** Changes the bag; the first thing put in begins a session, which the socket has to learn of. */
async function change(work) {
  const began = !tokens() && !bag.get()?.item_count;
  const done = await work();
  await refreshBag();
  if (began) {
    socket.restart();
    others.postMessage("began");
  }
  return done;
}

export const addToBag = (product_id, variant_id, quantity = 1) =>
  change(() => api.post("/cart/add/", { product_id, variant_id, quantity }, { key: tokens() ? newKey() : undefined }));
export const setQuantity = ({ product, variant_id }, quantity) => change(() => api.patch(`/cart/items/${product.id}/`, { variant_id, quantity }));
export const removeLine = ({ product, variant_id }) => change(() => api.delete(`/cart/remove/${product.id}/?variant_id=${variant_id}`));

const ORDERED = "oxcart.ordered";
/** Whether this browser has orders without an account, as far as it remembers: then there is a way to them on every page. */
export const hasOrdered = () => localStorage.getItem(ORDERED) !== null;
export const noteOrdered = (has) => (has ? localStorage.setItem(ORDERED, "1") : localStorage.removeItem(ORDERED));

let count = 0;
export function toast(text, more = {}) {
  const id = ++count;
  toasts.set([...toasts.get().slice(-2), { id, text, ...more }]);
  setTimeout(() => toasts.set(toasts.get().filter((shown) => shown.id !== id)), more.bad ? 9000 : 5000);
}

/** `("19.9", "USD")` → `$19.90`, as the visitor's language writes it. */
export const money = (amount, currency) => new Intl.NumberFormat(navigator.language, { style: "currency", currency }).format(amount);
export const when = (instant) => new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
