// The corner where short messages appear, and are read out.
import { html, useEffect, useState } from "../lib/preact.js";
import { onToast } from "../lib/toast.js";
import { Icon } from "./icons.js";

const ICONS = { ok: "check", danger: "alert", info: "info" };

export function Toasts() {
  const [shown, setShown] = useState([]);
  const drop = (id) => setShown((old) => old.filter((toast) => toast.id !== id));
  useEffect(() => onToast((toast) => {
    setShown((old) => [...old.slice(-3), toast]);
    setTimeout(() => drop(toast.id), toast.kind === "danger" ? 15_000 : 6000);
  }), []);
  return html`<div class="toasts" role="status" aria-live="polite">${shown.map((toast) => html`
    <div class="toast is-${toast.kind}" key=${toast.id}><${Icon} name=${ICONS[toast.kind]} />
      <p>${toast.text} ${toast.href && html`<a href=${toast.href}>Open</a>`}</p>
      <button class="icon-button" aria-label="Close message" onClick=${() => drop(toast.id)}><${Icon} name="close" size="16" /></button>
    </div>`)}</div>`;
}
