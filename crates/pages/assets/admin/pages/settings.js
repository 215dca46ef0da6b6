// What the shop runs with. Read-only: settings belong to whoever runs the server.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { Search } from "../ui/filters.js";
import { useLoad } from "../lib/load.js";
import { Card, Page, Pending } from "../ui/page.js";
import { Badge } from "../ui/badge.js";
import { Empty } from "../ui/states.js";

export default function Settings() {
  const load = useLoad("/staff/settings/");
  const [query] = useQuery();
  const text = query.search ?? "";
  if (!load.data) return html`<${Pending} title="Settings" load=${load} />`;
  const all = load.data.results ?? load.data;
  const shown = all.filter((setting) => `${setting.key} ${setting.help}`.toLowerCase().includes(text.toLowerCase()));
  return html`<${Page} title="Settings" narrow>
    <p class="notice">They are changed where the shop runs, and hold after it was started anew: in the file <code>oxcart.toml</code>, as environment variables, or on the command line.</p>
    <${Card} flush><div class="filters"><${Search} label="Search settings" /></div>
      ${shown.length === 0 ? html`<${Empty} title="No setting matches">Search for other words.<//>` : shown.map((setting) => html`<${Setting} setting=${setting} />`)}<//>
  <//>`;
}

const said = (value) => (value === null || value === "" ? html`<span class="quiet">not set</span>` : html`<code>${typeof value === "string" ? value : JSON.stringify(value)}</code>`);

function Setting({ setting: { key, value, is_secret, source, help } }) {
  return html`<div class="setting"><div><h2>${key}</h2><p>${help.split("`").map((part, i) => (i % 2 ? html`<code>${part}</code>` : part))}</p></div>
    <div><p>${is_secret ? html`<${Badge} icon="staff">Secret, never shown<//>` : said(value)}</p>
      <p>From: ${source}. To change: <code>${key} = …</code> or <code>OXCART_${key.toUpperCase().replaceAll(/[-.]/g, "_")}</code></p></div></div>`;
}
