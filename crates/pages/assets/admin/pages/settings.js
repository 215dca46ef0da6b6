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
  if (!load.data) return html`<${Pending} title="Settings" load=${load} />`;
  const words = (query.search ?? "").toLowerCase();
  const shown = load.data.filter(({ key, label, group, help }) => `${key} ${label} ${group} ${help}`.toLowerCase().includes(words));
  const groups = [...new Set(shown.map(({ group }) => group))];
  return html`<${Page} title="Settings" narrow>
    <p class="notice">They are set where the shop runs, not here: in the file <code>oxcart.toml</code>, as environment variables or, some of them, as flags. What is changed there holds once the shop has been restarted.</p>
    <div class="stack"><${Card} flush><div class="filters is-alone"><${Search} label="Search settings" /></div>
      ${shown.length === 0 && html`<${Empty} title="No setting matches">Search for other words.<//>`}<//>
    ${groups.map((group) => html`<${Card} key=${group} title=${group} flush>
      ${shown.filter((setting) => setting.group === group).map((setting) => html`<${Setting} key=${setting.key} setting=${setting} />`)}<//>`)}</div>
  <//>`;
}

/** What stands between backquotes is code. */
const marked = (text) => text.split("`").map((part, i) => (i % 2 ? html`<code>${part}</code>` : part));

function Value({ setting: { value, unset, unit, is_secret } }) {
  if (is_secret) return html`<${Badge} icon="staff">Secret, never shown<//>`;
  if (value === null) return html`<span>Not set${unset && html`<span class="quiet">: ${marked(unset)}</span>`}</span>`;
  return html`<span>${value === "" ? "Empty" : html`<code>${value}</code>`} ${unit}</span>`;
}

function Setting({ setting }) {
  const { key, label, help, source, env, flag } = setting;
  return html`<div class="setting"><div><h3>${label}</h3><p>${marked(help)}</p></div>
    <div><div><${Value} setting=${setting} /></div>
      <p>${source === "default" ? "The default" : `From ${source}`}. Set by <code>${key}</code> in the file or <code>${env[0]}</code>${flag && html`, or with <code>${flag}</code>`}.</p></div></div>`;
}
