// The keys of the console.
import { html } from "../lib/preact.js";
import { KEYS, PLACES } from "../lib/keys.js";
import { Dialog } from "./dialog.js";

export default function Help({ onClose }) {
  const go = Object.entries(PLACES).map(([key, [words]]) => [`g ${key}`, words]);
  const list = (rows) => html`<dl class="keys">${rows.map(([keys, words]) => html`<div><dt>${keys.split(/\s+/).map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${words}</dd></div>`)}</dl>`;
  return html`<${Dialog} title="Keyboard shortcuts" onClose=${onClose}>${list(KEYS)}<h3>Go to</h3>${list(go)}<//>`;
}
