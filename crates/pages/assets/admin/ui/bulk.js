// Many orders moved on at once. Each is decided by itself, so some may stay: they say why, and stay chosen.
import { html, useState } from "../lib/preact.js";
import { post } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { plural } from "../lib/format.js";
import Confirm from "./confirm.js";

const STEPS = [["processing", "Start processing"], ["shipped", "Mark shipped"], ["delivered", "Mark delivered"], ["cancelled", "Cancel"]];

export default function Bulk({ orders, load, onDone }) {
  const [asked, setAsked] = useState(false);
  const ids = orders.map((order) => order.id);
  const move = async (status) => {
    const before = new Map(orders.map((order) => [order.id, order.status]));
    show(load, (order) => (before.has(order.id) ? status : order.status));
    try {
      const { results, failed: stayed } = await post("/order/bulk_update_status/", { ids, status });
      const refused = results.filter((result) => result.error);
      const still = new Set(refused.map((result) => result.id));
      show(load, (order) => (still.has(order.id) ? before.get(order.id) : order.status));
      tell(results.length - stayed, refused, orders, status);
      onDone([...still]);
    } catch (error) {
      show(load, (order) => before.get(order.id) ?? order.status);
      throw error;
    } finally {
      load.reload();
    }
  };
  const start = (status) => (status === "cancelled" ? setAsked(true) : move(status).catch(failed));
  return html`<div class="bulk" role="region" aria-label="Chosen orders">
    <strong role="status">${plural(ids.length, "order")} chosen</strong>
    <div class="actions">${STEPS.map(([status, words]) => html`
      <button class="button button-small" disabled=${!orders.some((order) => !order.allowed || order.allowed.includes(status))} onClick=${() => start(status)}>${words}</button>`)}
      <button class="button button-quiet button-small" onClick=${() => onDone([])}>Choose none</button></div>
    ${asked && html`<${Confirm} danger title=${`Cancel ${plural(ids.length, "order")}?`} yes="Cancel them" act=${() => move("cancelled")} onClose=${() => setAsked(false)}>
      <p>Their goods go back into stock, and their customers see it at once. This can't be undone.</p><//>`}
  </div>`;
}

const show = (load, status) => load.set((page) => ({ ...page, results: page.results.map((order) => ({ ...order, status: status(order) })) }));

function tell(moved, refused, orders, status) {
  if (moved) toast({ text: `${plural(moved, "order")} now ${status}.` });
  if (!refused.length) return;
  const named = refused.slice(0, 3).map((result) => `${orders.find((o) => o.id === result.id)?.number ?? result.id}: ${result.error}`);
  toast({ kind: "danger", text: `${plural(refused.length, "order")} stayed as before. ${named.join("; ")}` });
}
