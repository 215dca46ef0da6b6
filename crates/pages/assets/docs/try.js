// A form for one operation, and what the shop answered. It really happens: this is the shop.
import { html, useState } from "/assets/shared/vendor/preact.js";
import { known, useKnown } from "./login.js";
import { example, whole } from "./schema.js";

const pretty = (value) => JSON.stringify(value, null, 2);
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The address with what was typed in it. */
function addressOf(path, parameters, typed) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(typed[name] ?? ""));
  const query = parameters.filter((one) => one.in === "query" && typed[one.name]).map((one) => [one.name, typed[one.name]]);
  return query.length ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** The same request for a terminal. */
function curl({ method, address, headers, body }) {
  const parts = [`curl -X ${method} ${quoted(location.origin + address)}`, ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)];
  if (typeof body === "string") parts.push(`-d ${quoted(body)}`);
  return parts.join(" \\\n  ");
}

async function ask({ method, address, headers, body }) {
  const began = performance.now();
  const answer = await fetch(address, { method, headers, body });
  const text = await answer.text();
  const took = Math.round(performance.now() - began);
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  return { status: answer.status, ok: answer.ok, took, text: isJson && text ? pretty(JSON.parse(text)) : text };
}

export function Try({ document, method, path, operation, kind }) {
  const who = useKnown();
  const parameters = operation.parameters ?? [];
  const schema = operation.requestBody?.content[kind]?.schema;
  const isForm = kind === "multipart/form-data";
  const [typed, setTyped] = useState({});
  const [body, setBody] = useState(() => (schema && !isForm ? pretty(example(document, schema)) : ""));
  const [told, setTold] = useState(null);
  const send = async (event) => {
    event.preventDefault();
    const headers = { accept: "application/json" };
    for (const one of parameters) if (one.in === "header" && typed[one.name]) headers[one.name.toLowerCase()] = typed[one.name];
    if (known()) headers.authorization = `Bearer ${known().access}`;
    if (schema && !isForm) headers["content-type"] = "application/json";
    const request = { method: method.toUpperCase(), address: addressOf(path, parameters, typed), headers, body: isForm ? new FormData(event.target) : schema ? body : undefined };
    setTold({ request });
    setTold(await ask(request).then((answer) => ({ request, answer }), (error) => ({ request, error })));
  };
  const id = (name) => `${operation.operationId}-${method}-${path}-${name}`.replaceAll(/[^\w-]/g, "-");
  const files = isForm ? Object.keys(whole(document, schema).properties ?? {}) : [];
  return html`<form class="try stack" onSubmit=${send}><h3>Try it</h3>
    ${parameters.length > 0 && html`<div class="inputs">${parameters.map((one) => html`<div class="field"><label for=${id(one.name)}>${one.name}</label>
      <input id=${id(one.name)} required=${one.required} placeholder=${one.example ?? ""} value=${typed[one.name] ?? ""} onInput=${({ target }) => setTyped((old) => ({ ...old, [one.name]: target.value }))} /></div>`)}</div>`}
    ${files.map((name) => html`<div class="field"><label for=${id(name)}>${name}</label><input id=${id(name)} name=${name} type=${name === "file" ? "file" : "text"} /></div>`)}
    ${schema && !isForm && html`<div class="field"><label for=${id("body")}>Body</label><textarea class="code" id=${id("body")} rows=${Math.min(14, body.split("\n").length + 1)} spellcheck="false" value=${body} onInput=${({ target }) => setBody(target.value)}></textarea></div>`}
    <div class="row"><button class="button button-primary">Send</button><span class="muted small">${who ? `As ${who.email}.` : "As nobody."} ${method === "get" ? "" : "It really happens."}</span></div>
    ${told && html`<${Told} ...${told} />`}
  </form>`;
}

function Told({ request, answer, error }) {
  const shown = answer?.text.length > 20_000 ? `${answer.text.slice(0, 20_000)}\n…` : answer?.text;
  return html`<div class="stack" role="status">
    ${error && html`<p class="notice notice-danger">${error.message}</p>`}
    ${answer && html`<p><span class=${`badge badge-${answer.ok ? "ok" : "danger"}`}>${answer.status}</span> <span class="muted small number">${answer.took} ms</span></p>
      ${shown && html`<pre tabindex="0" role="region" aria-label="Answer">${shown}</pre>`}`}
    <details><summary>The same with curl</summary><pre tabindex="0" role="region" aria-label="The request for curl">${curl(request)}</pre></details></div>`;
}
