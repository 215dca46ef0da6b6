// Fields with label, hint and the API's words about what was wrong with them.
import { html } from "../lib/preact.js";

let last = 0;
const ids = new Map();
const idOf = (name) => ids.get(name) ?? (ids.set(name, `field-${++last}`), ids.get(name));

/** A labelled field. `as`: input, textarea or select; `problem`: what the API said of it. */
export function Input({ label, name, as = "input", hint, problem, children, onText, ...rest }) {
  const id = idOf(name);
  const said = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const props = { id, name, "aria-describedby": said, "aria-invalid": problem ? "true" : undefined, onInput: (e) => onText?.(e.target.value), ...rest };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${as === "input" ? html`<input ...${props} />` : as === "textarea" ? html`<textarea ...${props}></textarea>` : html`<select ...${props}>${children}</select>`}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${problem && html`<p class="error" id=${`${id}-error`}>${problem}</p>`}
  </div>`;
}

/** Moves the focus to the first field that was refused. */
export const focusWrong = () => setTimeout(() => document.querySelector("main [aria-invalid=true]")?.focus());
