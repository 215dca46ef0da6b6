// Dialogs on the browser's own <dialog>: focus stays inside, Escape closes, and goes back to where it was.
import { html, useEffect, useRef } from "../lib/preact.js";
import { Icon } from "./icons.js";

/** A dialog that is there as long as it is rendered. */
export function Dialog({ title, onClose, children, actions }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog.showModal();
    return () => {
      dialog.close(); // while it is open, nothing outside can take the focus
      before?.focus?.();
    };
  }, []);
  const outside = (event) => event.target === box.current && onClose();
  return html`<dialog ref=${box} aria-labelledby="dialog-title" onCancel=${(e) => (e.preventDefault(), onClose())} onClick=${outside}>
    <div class="dialog">
      <header><h2 id="dialog-title">${title}</h2>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button></header>
      <div class="dialog-body">${children}</div>
      ${actions && html`<footer>${actions}</footer>`}
    </div></dialog>`;
}
