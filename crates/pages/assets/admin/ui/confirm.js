// The question before something that is hard to undo.
import { html, useState } from "../lib/preact.js";
import { Dialog } from "./dialog.js";

/** Asks, with `yes` as the words of its button. `act` may fail; then its words are shown and the dialog stays. */
export default function Confirm({ title, children, yes, danger, act, onClose }) {
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
