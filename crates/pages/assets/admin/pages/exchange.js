// Files in and out. An import can be tried first, tells how far it is, and which rows were bad.
import { html, useState } from "../lib/preact.js";
import { address, download, raw } from "../lib/api.js";
import { failed } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { number, plural } from "../lib/format.js";
import { Card, Page } from "../ui/page.js";
import { Input } from "../ui/form.js";
import { Icon } from "../ui/icons.js";

/** Reads lines of JSON as they come. */
async function* lines(body) {
  let rest = "";
  for (let reader = body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const whole = rest.split("\n");
    rest = done ? "" : whole.pop();
    for (const line of whole) if (line.trim()) yield JSON.parse(line);
    if (done) return;
  }
}

export default function Exchange({ user }) {
  const [run, setRun] = useState({});
  const send = async (event) => {
    event.preventDefault();
    const { file, format } = event.target.elements;
    const dry = event.submitter?.value === "dry";
    const form = new FormData();
    form.append("file", file.files[0]);
    setRun({ busy: true, dry, done: 0, total: 0 });
    try {
      const answer = await raw("POST", address("/staff/imports/", { format: format.value, dry_run: dry ? "true" : "" }), form);
      for await (const line of lines(answer.body)) setRun(line.finished || line.error ? { dry, report: line } : { busy: true, dry, ...line });
      setRun((last) => (last.report ? last : { error: new Error("The import broke off. Try the file again: what is already in is not done twice.") }));
    } catch (error) {
      setRun({ error });
    }
  };
  return html`<${Page} title="Import & export" narrow><div class="stack">
    <${Card} title="Import">${may(user, "catalogue") ? html`<form onSubmit=${send}>
      <p class="lead">Products that are in the shop already (by their handle) are updated, others are added. Try a file first: nothing is changed then.</p>
      <div class="fields-2"><${Input} label="File" name="file" type="file" accept=".csv,.json,text/csv,application/json" required />
        <${Input} label="Format" name="format" as="select"><option value="product-csv">Product CSV (Shopify columns)</option>${may(user, "owner") && html`<option value="fixture">Django fixture (JSON)</option>`}<//></div>
      <div class="actions"><button class="button button-primary" name="mode" value="dry" disabled=${run.busy}>Try without changes</button>
        <button class="button" name="mode" value="real" disabled=${run.busy}><${Icon} name="upload" size="16" />Import</button></div>
    </form>` : html`<p class="quiet">Your role may not import products. Owners and managers may.</p>`}
    <div class="outcome"><${Outcome} run=${run} /></div><//>
    <${Card} title="Export"><p class="lead">The same files as the commands <code>oxcart export</code> and <code>oxcart dumpdata</code> write.</p>
      <div class="actions"><button class="button" onClick=${() => download("/staff/exports/products.csv", "products.csv").catch(failed)}><${Icon} name="download" size="16" />Products (CSV)</button>
        ${may(user, "owner") && html`<button class="button" onClick=${() => download("/staff/exports/shop.json", "shop.json").catch(failed)}><${Icon} name="download" size="16" />The whole shop (JSON)</button>`}
        <button class="button" onClick=${() => download("/order/export/", "orders.csv").catch(failed)}><${Icon} name="download" size="16" />Orders (CSV)</button></div><//>
  </div><//>`;
}

function Outcome({ run }) {
  if (run.error) return html`<p class="notice is-danger" role="alert">${run.error.message}</p>`;
  if (run.busy) return html`<p role="status">${run.dry ? "Trying" : "Importing"}… ${run.total ? `${number(run.done)} of ${number(run.total)}` : ""}</p>
    <progress aria-label="Progress" max=${run.total || 1} value=${run.total ? run.done : undefined}></progress>`;
  if (!run.report) return null;
  if (run.report.error) return html`<p class="notice is-danger" role="alert">${run.report.error}</p>`;
  const { created, updated, unchanged, problems, saved } = run.report;
  const bad = new Set(problems.map((problem) => problem.line ?? problem)).size; // more than one thing may be wrong with a row
  const counts = [["added", created], ["updated", updated], ["as before", unchanged], [bad === 1 ? "bad row" : "bad rows", bad]];
  return html`<div role="status"><p class="notice ${problems.length ? "is-warn" : "is-ok"}">
      ${run.dry ? "Tried, nothing was changed. This is what an import would do:" : outcome(saved, bad)}</p>
    <dl class="counts">${counts.map(([words, n]) => html`<div><dt>${words}</dt><dd>${number(n)}</dd></div>`)}</dl></div>
    ${problems.length > 0 && html`<h3 class="lead">Bad rows</h3><div class="table-box" tabindex="0" role="region" aria-label="Bad rows"><table class="table is-plain"><thead><tr><th>Line</th><th>Column</th><th>What is wrong</th></tr></thead>
      <tbody>${problems.map((problem) => html`<tr><td class="num">${problem.line ?? "–"}</td><td>${problem.column ?? "–"}</td><td>${problem.message}</td></tr>`)}</tbody></table></div>`}`;
}

function outcome(saved, bad) {
  if (!bad) return "Imported.";
  if (saved === false) return "Nothing was imported: mend what is listed, then try again.";
  return `Imported, but ${plural(bad, "row")} could not be.`;
}
