// What happened, oldest first: the shop's events, and what the staff did.
import { html } from "../lib/preact.js";
import { time, title } from "../lib/format.js";
import { Icon } from "./icons.js";
import { Empty, Problem, Waiting } from "./states.js";

const WORDS = { "order.placed": "Order placed", "order.cancelled": "Order cancelled, goods back in stock", "order.status_changed": "Status changed" };
const ICONS = { pending: "clock", processing: "gear", shipped: "truck", delivered: "check", cancelled: "ban" };

/** One entry in words. Only statuses of its data are told; the rest is for the audit log. */
function words({ kind, what, data }) {
  const to = data?.after?.status ?? data?.status;
  if (kind === "audit") return `${title(what)}${to ? `: ${data?.before?.status ? `${data.before.status} → ` : ""}${to}` : ""}`;
  return what === "order.status_changed" && to ? `Status is now ${to}` : WORDS[what] ?? title(what);
}

const icon = ({ kind, what, data }) => (kind === "audit" ? "user" : what === "order.placed" ? "orders" : ICONS[data?.status] ?? "dot");

export function Timeline({ load }) {
  if (load.error && !load.data) return html`<${Problem} error=${load.error} retry=${load.reload} />`;
  if (!load.data) return html`<${Waiting} lines="3" />`;
  if (!load.data.length) return html`<${Empty} icon="clock" title="Nothing kept">What happened is older than the event log.<//>`;
  return html`<ol class="timeline">${load.data.map((entry) => html`<li>
    <span class="timeline-icon"><${Icon} name=${icon(entry)} size="15" /></span>
    <div><p>${words(entry)}</p><small>${entry.who ? `${entry.who} · ` : ""}<time datetime=${entry.at}>${time(entry.at)}</time></small></div></li>`)}</ol>`;
}
