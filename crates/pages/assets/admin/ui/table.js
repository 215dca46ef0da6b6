// A list of the API as a table: sorting and pages are in the address, and on a phone its rows become cards.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { number } from "../lib/format.js";
import { Icon } from "./icons.js";
import { Empty, Problem, Skeleton } from "./states.js";

/**
 * `columns`: `{key, label, sort?, end?, show(row), wide?, main?}` (`sort`: the API's name for it, `end`: numbers, at the
 * right, `main`: the row's name). `load`: what `useLoad` gave. `picked`/`onPick`: the ids that are chosen, with boxes.
 */
export function Table({ label, columns, load, empty, fresh, picked, onPick, href }) {
  const { data, error, busy } = load;
  if (error && !data) return html`<${Problem} error=${error} retry=${load.reload} />`;
  if (data && !data.results.length) return empty ?? html`<${Empty} title="Nothing here">Change the filters to see more.<//>`;
  const rows = data?.results ?? Array.from({ length: 8 }, () => null);
  return html`
    <div class="table-box" aria-busy=${busy}>
      <table class="table" role="table" aria-label=${label}>
        <thead role="rowgroup"><tr role="row">
          ${onPick && html`<th class="pick" role="columnheader"><${PickAll} ...${{ rows, picked, onPick }} /></th>`}
          ${columns.map((column) => html`<${Head} column=${column} />`)}
        </tr></thead>
        <tbody role="rowgroup">${rows.map((row, i) => html`
          <${Row} key=${row?.id ?? i} ...${{ row, columns, picked, onPick, href }} fresh=${row && fresh?.has(row.id)} />`)}
        </tbody>
      </table>
    </div>
    <${Pager} data=${data} />`;
}

function Head({ column }) {
  const [query, setQuery] = useQuery();
  const classes = column.end ? "end" : "";
  if (!column.sort) return html`<th role="columnheader" class=${classes}>${column.label}</th>`;
  const now = query.ordering === column.sort ? "ascending" : query.ordering === `-${column.sort}` ? "descending" : "none";
  const next = now === "ascending" ? `-${column.sort}` : now === "descending" ? "" : column.sort;
  return html`<th role="columnheader" class=${classes} aria-sort=${now}>
    <button class="sort" onClick=${() => setQuery({ ordering: next })}>${column.label}
      <${Icon} name=${now === "descending" ? "down" : "up"} size="14" /></button></th>`;
}

function Row({ row, columns, picked, onPick, href, fresh }) {
  if (!row) return html`<tr role="row">${onPick && html`<td class="pick" role="cell"></td>`}${columns.map((column, i) => html`
    <td role="cell" class=${column.end ? "end" : ""}><${Skeleton} width=${column.end ? "4rem" : `${9 - (i % 3) * 2}rem`} /></td>`)}</tr>`;
  const chosen = picked?.has(row.id);
  return html`<tr role="row" class="${fresh ? "fresh" : ""} ${chosen ? "chosen" : ""}">
    ${onPick && html`<td class="pick" role="cell"><input type="checkbox" checked=${chosen} aria-label=${`Choose ${row.number ?? row.id}`}
      onChange=${() => onPick(toggled(picked, [row.id], !chosen))} /></td>`}
    ${columns.map((column) => html`
      <td role="cell" class="${column.end ? "end" : ""} ${column.main ? "main" : ""}" data-label=${column.label}>
        ${column.main && href ? html`<a href=${href(row)}>${column.show(row)}</a>` : column.show(row)}</td>`)}
  </tr>`;
}

function PickAll({ rows, picked, onPick }) {
  const ids = rows.filter(Boolean).map((row) => row.id);
  const every = ids.length > 0 && ids.every((id) => picked.has(id));
  return html`<input type="checkbox" aria-label="Choose all on this page" checked=${every} disabled=${!ids.length}
    onChange=${() => onPick(toggled(picked, ids, !every))} />`;
}

function toggled(picked, ids, on) {
  const next = new Set(picked);
  for (const id of ids) on ? next.add(id) : next.delete(id);
  return next;
}

const pageOf = (url) => url && (new URL(url).searchParams.get("page") ?? "");

/** The API's own previous and next, as links that can be shared. */
export function Pager({ data }) {
  const [query] = useQuery();
  if (!data) return html`<div class="pager"><${Skeleton} width="8rem" /></div>`;
  const link = (url, rel, words) => {
    if (!url) return html`<span class="button button-small" aria-disabled="true">${words}</span>`;
    const params = new URLSearchParams({ ...query, page: pageOf(url) });
    if (!params.get("page")) params.delete("page");
    return html`<a class="button button-small" rel=${rel} href=${`${location.pathname}?${params}`}>${words}</a>`;
  };
  return html`<nav class="pager" aria-label="Pages">
    <p role="status">${extent(data)}</p>
    ${(data.next || data.previous) && html`<div>${link(data.previous, "prev", html`<${Icon} name="left" size="16" />Previous`)}${link(data.next, "next", html`Next<${Icon} name="right" size="16" />`)}</div>`}
  </nav>`;
}

function extent({ count, next, previous, results }) {
  if (!next && !previous) return `${number(count)} in all`;
  const page = next ? Number(pageOf(next)) - 1 : null;
  const first = page ? (page - 1) * results.length + 1 : count - results.length + 1;
  return `${number(first)}–${number(first + results.length - 1)} of ${number(count)}`;
}
