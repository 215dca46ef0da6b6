// What happened, oldest first, and who did it where that was somebody of the staff.
import { html } from "../lib/preact.js";
import { statusName } from "/assets/shared/status.js";
import { time, title } from "../lib/format.js";
import { Icon } from "./icons.js";
import { Empty, Problem, Waiting } from "./states.js";

const PLACED = "order.placed";
const ICONS = { pending: "clock", processing: "gear", shipped: "truck", delivered: "check", cancelled: "ban" };

const now = ({ what, data }) => (what === PLACED ? undefined : data?.after?.status ?? data?.status);

/** One entry in words, the same whichever log tells of it. Only statuses are told; the rest is for the audit log. */
function words(entry) {
  const [from, to] = [entry.data?.before?.status, now(entry)];
  if (entry.what === PLACED) return "Order placed";
  if (to === "cancelled") return "Order cancelled, goods back in stock";
  if (!to) return title(entry.what);
  return from ? `${statusName(from)} → ${statusName(to)}` : `Now ${statusName(to)}`;
}

const icon = (entry) => (entry.what === PLACED ? "orders" : ICONS[now(entry)] ?? "dot");

export function Timeline({ load }) {
  if (load.error && !load.data) return html`<${Problem} error=${load.error} retry=${load.reload} />`;
  if (!load.data) return html`<${Waiting} lines="3" />`;
  if (!load.data.length) return html`<${Empty} icon="clock" title="Nothing kept">What happened is older than the event log.<//>`;
  return html`<ol class="timeline">${load.data.map((entry) => html`<li>
    <span class="timeline-icon"><${Icon} name=${icon(entry)} size="15" /></span>
    <div><p>${words(entry)}</p><small>${entry.who ? `${entry.who} · ` : ""}<time datetime=${entry.at}>${time(entry.at)}</time></small></div></li>`)}</ol>`;
}
