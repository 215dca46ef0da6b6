// States as icon and text, so that colour is never all that tells them.
import { html } from "../lib/preact.js";
import { statusName } from "/assets/shared/status.js";
import { Icon } from "./icons.js";

const ICONS = { pending: "clock", processing: "gear", shipped: "truck", delivered: "check", cancelled: "ban" };

/** The status of an order. */
export const Status = ({ of }) => html`
  <span class="badge badge-${of}"><${Icon} name=${ICONS[of] ?? "dot"} size="14" />${statusName(of)}</span>`;

/** Any other state; `kind`: ok, warn, danger, info or plain. */
export const Badge = ({ kind = "plain", icon, children }) => html`
  <span class="badge badge-${kind}">${icon && html`<${Icon} name=${icon} size="14" />`}${children}</span>`;

/** How much there is of a product. */
export const Stock = ({ of, low = 5 }) => {
  if (of <= 0) return html`<${Badge} kind="danger" icon="ban">Sold out<//>`;
  if (of <= low) return html`<${Badge} kind="warn" icon="alert">${of} left<//>`;
  return html`<span class="num">${of.toLocaleString()}</span>`;
};
