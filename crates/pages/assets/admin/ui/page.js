// The head of a page, cards, and the frame of a page that waits for its data.
import { html, useEffect, useRef } from "../lib/preact.js";
import { shop } from "/assets/shared/this-shop.js";
import { justArrived } from "../lib/router.js";
import { Icon } from "./icons.js";
import { Problem, Waiting } from "./states.js";

/** A page: its title (also the window's), where it belongs, its actions at the right. */
export function Page({ title, back, actions, badge, children, narrow }) {
  const heading = useRef(null);
  useEffect(() => void (document.title = `${title} · ${shop.name} console`), [title]);
  useEffect(() => {
    if (justArrived()) heading.current.focus({ preventScroll: true });
  }, []);
  return html`
    <div class=${narrow ? "page page-narrow" : "page"}>
      <header class="page-head">
        ${back && html`<a class="back" href=${back.href}><${Icon} name="left" size="16" />${back.text}</a>`}
        <div class="page-title"><h1 tabindex="-1" ref=${heading}>${title}</h1>${badge}</div>
        ${actions && html`<div class="actions">${actions}</div>`}
      </header>
      ${children}
    </div>`;
}

/** A box with a heading. */
export const Card = ({ title, actions, children, flush }) => html`
  <section class=${flush ? "card card-flush" : "card"}>
    ${title && html`<header class="card-head"><h2>${title}</h2>${actions}</header>`}
    <div class="card-body">${children}</div>
  </section>`;

/** The page of something that is being loaded, or could not be. */
export const Pending = ({ title, back, load }) => html`
  <${Page} title=${title} back=${back}>
    <${Card}>${load.error ? html`<${Problem} error=${load.error} retry=${load.reload} />` : html`<${Waiting} lines=${8} />`}<//>
  <//>`;

/** Terms and what they stand for. */
export const Facts = ({ of }) => html`
  <dl class="facts">${of.filter(Boolean).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value || "–"}</dd></div>`)}</dl>`;
