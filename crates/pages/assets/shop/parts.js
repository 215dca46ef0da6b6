// Small parts that several pages are made of.
import { html, useRef, useState } from "/assets/shared/vendor/preact.js";
import { statusName } from "/assets/shared/status.js";

const srcset = (widths) => Object.entries(widths ?? {}).map(([width, url]) => `${url} ${width}w`).join(", ") || undefined;

/** A product's picture in a square that is there before the picture is. `widths`: the same one by width, if there are
 *  several, `webp`: smaller ones of those widths; `sizes`: how wide it is shown. Without one, the first letter of `name`. */
export function Picture({ src, name, widths, webp, sizes, alt = "", eager = false }) {
  if (!src) return html`<span class="picture no-picture" aria-hidden="true"><span>${[...(name ?? "").trim()][0]?.toUpperCase()}</span></span>`;
  return html`<picture class="picture">
    ${srcset(webp) && html`<source type="image/webp" srcset=${srcset(webp)} sizes=${sizes} />`}
    <img src=${src} srcset=${srcset(widths)} sizes=${srcset(widths) && sizes} alt=${alt} width="600" height="600" loading=${eager ? "eager" : "lazy"} decoding="async" />
  </picture>`;
}

/** `{label, name, error, hint, …}`: a labelled field; what is left goes to the input. */
export function Field({ label, name, error, hint, textarea, ...rest }) {
  const about = [error && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(" ") || undefined;
  const input = { id: name, name, "aria-invalid": error ? "true" : undefined, "aria-describedby": about, ...rest };
  return html`<div class="field">
    <label for=${name}>${label}</label>
    ${textarea ? html`<textarea ...${input}></textarea>` : html`<input ...${input} />`}
    ${hint && html`<span class="hint" id=${`${name}-hint`}>${hint}</span>`}
    ${error && html`<span class="error" id=${`${name}-error`}>${error}</span>`}
  </div>`;
}

/** Fewer, a number, more. `set` gets the new number, and may be a promise: what is wished for is shown meanwhile, so that
 *  who presses twice gets two. */
export function Quantity({ value, set, most = 999, label = "Quantity" }) {
  const [wish, setWish] = useState(null);
  const turn = useRef(0);
  const now = wish ?? value;
  const to = async (number) => {
    if (!Number.isInteger(number) || number < 1) return;
    const mine = ++turn.current;
    setWish(Math.min(number, most));
    await set(Math.min(number, most));
    if (mine === turn.current) setWish(null);
  };
  return html`<div class="quantity" role="group" aria-label=${label}>
    <button type="button" onClick=${() => to(now - 1)} disabled=${now <= 1} aria-label="One fewer">−</button>
    <input type="text" inputmode="numeric" aria-label=${label} value=${now} onChange=${(event) => (to(Number(event.target.value)), (event.target.value = now))} />
    <button type="button" onClick=${() => to(now + 1)} disabled=${now >= most} aria-label="One more">+</button>
  </div>`;
}

export const Badge = ({ status }) => html`<span class=${`badge badge-${status}`}>${statusName(status)}</span>`;

/** Nothing to show, and what to do about it. */
export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2>${children}</div>`;

/** Something could not be fetched. */
export const Failed = ({ error, again }) => html`<div class="empty" role="alert">
  <h2>That did not work.</h2><p>${error.message}</p>
  ${again && html`<button class="button" onClick=${again}>Try again</button>`}
</div>`;

/** Runs something that may fail: `[run, busy, error]`. */
export function useAction(work) {
  const [state, set] = useState({ busy: false });
  const run = async (...given) => {
    set({ busy: true });
    try {
      const done = await work(...given);
      set({ busy: false });
      return done;
    } catch (error) {
      set({ busy: false, error });
    }
  };
  return [run, state.busy, state.error];
}
