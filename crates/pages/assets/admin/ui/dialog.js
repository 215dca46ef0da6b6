// Dialogs on the browser's own <dialog>: focus stays inside, Escape closes, and goes back to where it was.
import { html, useEffect, useRef, useState } from "../lib/preact.js";
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

/** Asks before something that is hard to undo. `act` may fail; then its words are shown and the dialog stays. */
export function Confirm({ title, children, yes, danger, act, onClose }) {
  const [state, setState] = useState({});
  const go = async () => {
    setState({ busy: true });
    try {
      await act();
      onClose();
    } catch (error) {
      setState({ error });
    }
  };
  const actions = html`<button class="button" onClick=${onClose}>Keep as it is</button>
    <button class="button ${danger ? "button-danger" : "button-primary"}" disabled=${state.busy} onClick=${go}>${yes}</button>`;
  return html`<${Dialog} title=${title} onClose=${onClose} actions=${actions}>${children}
    ${state.error && html`<p class="notice is-danger" role="alert">${state.error.message}</p>`}<//>`;
}
