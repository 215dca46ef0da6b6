// One operation, folded until somebody wants to know: what it takes, what it answers, and a form to try it.
import { html, useState } from "/assets/shared/vendor/preact.js";
import { Fields, typeOf } from "./schema.js";
import { Try } from "./try.js";
import { Words } from "./words.js";

const KINDS = { get: "shipped", post: "ok", put: "pending", patch: "pending", delete: "danger" };

/** Who may do it, in words. */
function who(security) {
  if (!security) return "Anybody.";
  const names = { bearer: "a token", session: "the cookie of an anonymous session", staff: "a browser session of the staff" };
  const ways = [...new Set(security.flatMap((way) => Object.keys(way)))].map((name) => names[name]).filter(Boolean);
  return `${security.some((way) => !Object.keys(way).length) ? "Anybody; also with" : "With"} ${ways.join(", ")}.`;
}

export function Operation({ document, id, method, path, operation }) {
  const [open, setOpen] = useState(location.hash === `#${id}`);
  return html`<details class="operation" id=${id} open=${open} onToggle=${({ target }) => setOpen(target.open)}>
    <summary><span class=${`badge method badge-${KINDS[method]}`}>${method.toUpperCase()}</span><code class="path">${path}</code>
      <span class="what"><${Words} text=${operation.summary} /></span></summary>
    ${open && html`<${Inside} document=${document} id=${id} method=${method} path=${path} operation=${operation} />`}
  </details>`;
}

function Inside({ document, id, method, path, operation }) {
  const body = operation.requestBody?.content;
  const kind = body && Object.keys(body)[0];
  return html`<div class="inside stack">
    ${operation.description && html`<div class="words"><${Words} text=${operation.description} /></div>`}
    <p class="muted small"><b>Who:</b> ${who(operation.security)} <a href=${`#${id}`}>Link to this</a></p>
    ${operation.parameters?.length > 0 && html`<section><h3>Parameters</h3><${Parameters} document=${document} list=${operation.parameters} /></section>`}
    ${body && html`<section><h3>Body <span class="muted small">${kind}</span></h3><${Fields} document=${document} schema=${body[kind].schema} label="Fields of the body" /></section>`}
    <section><h3>Answers</h3>${Object.entries(operation.responses).map(([status, answer]) => html`<${Answer} key=${status} document=${document} status=${status} answer=${answer} />`)}</section>
    <${Try} document=${document} method=${method} path=${path} operation=${operation} kind=${kind} />
  </div>`;
}

const Parameters = ({ document, list }) => html`<div class="table-wrap" tabindex="0" role="region" aria-label="Parameters"><table>
  <thead><tr><th>Name</th><th>Type</th><th>What it is</th></tr></thead>
  <tbody>${list.map((one) => html`<tr><td><code>${one.name}</code> <span class="muted small">${one.in}${one.required ? ", required" : ""}</span></td>
    <td class="small">${typeOf(document, one.schema)}</td><td class="small"><${Words} text=${one.description} /></td></tr>`)}</tbody></table></div>`;

function Answer({ document, status, answer }) {
  const [kind, content] = Object.entries(answer.content ?? {})[0] ?? [];
  const line = html`<b class="number">${status}</b> <span class="muted small"><${Words} text=${answer.description || (content ? typeOf(document, content.schema) : "")} /></span>`;
  if (!content) return html`<p class="answer">${line}</p>`;
  return html`<details class="answer"><summary>${line}</summary><p class="muted small">${kind}</p><${Fields} document=${document} schema=${content.schema} label=${`Fields of the answer ${status}`} /></details>`;
}
