// The API to read and try: the OpenAPI document of this shop, an operation at a time.
import { html, render, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { client } from "/assets/shared/api.js";
import { shop } from "/assets/shared/this-shop.js";
import { LogIn } from "./login.js";
import { Operation } from "./operation.js";
import { Words } from "./words.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every operation, in the document's order: `{id, method, path, tag, operation}`. */
function operations(document) {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method], tag: item[method].tags?.[0] ?? "Other" })));
  return all.map((one) => ({ ...one, id: `${one.method}${one.path.replaceAll(/[^a-z0-9]+/gi, "-")}`.replace(/-$/, "") }));
}

/** Those that hold each of the words. */
function matching(all, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = ({ method, path, operation, tag }) => `${method} ${path} ${operation.summary} ${operation.description ?? ""} ${tag}`.toLowerCase();
  return all.filter((one) => words.every((word) => text(one).includes(word)));
}

function Tag({ document, tag, list }) {
  return html`<section id=${`tag-${tag.name}`} class="tag" aria-labelledby=${`title-${tag.name}`}>
    <h2 id=${`title-${tag.name}`}>${tag.name}</h2><p class="muted"><${Words} text=${tag.description} /></p>
    <div class="operations">${list.map((one) => html`<${Operation} key=${one.id} document=${document} ...${one} />`)}</div></section>`;
}

function Reference({ document }) {
  const [search, setSearch] = useState("");
  const all = operations(document);
  const found = matching(all, search);
  const tags = document.tags.filter(({ name }) => found.some(({ tag }) => tag === name));
  useEffect(() => {
    const chosen = location.hash && window.document.getElementById(location.hash.slice(1));
    chosen?.scrollIntoView();
  }, []);
  return html`<a class="skip-link" href="#main">To the operations</a>
    <header class="top"><div class="wide"><p><a class="brand" href="/"><img src="/assets/shared/icon.svg" alt="" width="28" height="28" />${shop.name}</a></p>
      <nav aria-label="Elsewhere"><a href="/api/schema/">OpenAPI</a><a href="/api/docs/live-stock.html">Live example</a><a href="/admin/">Console</a></nav></div></header>
    <div class="wide frame">
      <aside class="side" aria-label="Find"><div class="field"><label for="search">Find an operation</label>
          <input id="search" type="search" placeholder="cart, stock, token …" value=${search} onInput=${({ target }) => setSearch(target.value)} />
          <p class="hint" role="status">${found.length} of ${all.length} operations</p></div>
        <nav aria-label="Groups"><ul class="groups">${tags.map(({ name }) => html`<li><a href=${`#tag-${name}`}>${name}</a></li>`)}</ul></nav></aside>
      <main id="main" tabindex="-1"><h1>API <span class="muted version">${document.info.version}</span></h1>
        <div class="lead"><${Words} text=${document.info.description} /></div>
        <${LogIn} />
        ${tags.map((tag) => html`<${Tag} key=${tag.name} document=${document} tag=${tag} list=${found.filter((one) => one.tag === tag.name)} />`)}
        ${!found.length && html`<p class="empty">No operation holds these words.</p>`}</main></div>`;
}

function Page() {
  const [document, setDocument] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => void client().get("/api/schema/").then(setDocument, setError), []);
  if (error) return html`<main class="wide"><h1>API</h1><p class="notice notice-danger" role="alert">${error.message}</p></main>`;
  return document ? html`<${Reference} document=${document} />` : html`<main class="wide" aria-busy="true"><h1>API</h1><p class="skeleton">Fetching the document …</p></main>`;
}

document.title = `${shop.name} API`;
document.body.replaceChildren();
render(html`<${Page} />`, document.body);
