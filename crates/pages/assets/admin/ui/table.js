// A list of the API as a table: sorting and pages are in the address, and on a phone its rows become cards.
import { html, useEffect } from "../lib/preact.js";
import { TURNS, useQuery } from "../lib/router.js";
import { number } from "../lib/format.js";
import { Icon } from "./icons.js";
import { Empty, Problem, Skeleton } from "./states.js";

/**
 * `columns`: `{key, label, sort?, end?, show(row), wide?, main?}` (`sort`: the API's name for it, `end`: numbers, at the
 * right, `main`: the row's name). `load`: what `useLoad` gave. `sorted`: how the API sorts when nothing is said.
 * `picked`/`onPick`: the ids that are chosen, with boxes.
 */
export function Table({ label, columns, load, empty, fresh, picked, onPick, href, sorted }) {
  const { data, error, busy } = load;
  useFirstPage(load);
  if (error && !data) return html`<${Problem} error=${error} retry=${load.reload} />`;
  if (data && !data.results.length) return data.count ? html`<${AllGone} data=${data} />` : empty ?? html`<${Empty} title="Nothing here">Change the filters to see more.<//>`;
  const rows = data?.results ?? Array.from({ length: 8 }, () => null);
  return html`
    <div class="table-box" aria-busy=${busy}>
      <${SortChoice} ...${{ columns, sorted }} />
      <table class="table" role="table" aria-label=${label}>
        <thead role="rowgroup"><tr role="row">
          ${onPick && html`<th class="pick" role="columnheader"><${PickAll} ...${{ rows, picked, onPick }} /></th>`}
          ${columns.map((column) => html`<${Head} ...${{ column, sorted }} />`)}
        </tr></thead>
        <tbody role="rowgroup">${rows.map((row, i) => html`
          <${Row} key=${row?.id ?? i} ...${{ row, columns, picked, onPick, href }} fresh=${row && fresh?.has(row.id)} />`)}
        </tbody>
      </table>
    </div>
    <${Pager} data=${data} />`;
}

/** How a list is sorted, and a function that sorts it another way. What goes without saying is not in the address. */
function useSort(sorted = "") {
  const [query, setQuery] = useQuery();
  return [query.ordering ?? sorted, (ordering) => setQuery({ ordering: ordering === sorted ? "" : ordering })];
}

function Head({ column, sorted }) {
  const [ordering, sort] = useSort(sorted);
  const classes = column.end ? "end" : "";
  if (!column.sort) return html`<th role="columnheader" class=${classes}>${column.label}</th>`;
  const [up, down] = [column.sort, `-${column.sort}`];
  const now = ordering === up ? "ascending" : ordering === down ? "descending" : "none";
  // Up, down, and back to how it was; where it was down already, up and down.
  const next = now === "ascending" ? down : now === "none" || sorted === down ? up : "";
  return html`<th role="columnheader" class=${classes} aria-sort=${now}>
    <button class="sort" onClick=${() => sort(next)}>${column.label}
      <${Icon} name=${now === "descending" ? "down" : "up"} size="14" /></button></th>`;
}

/** The same on a phone, where there are no headings. */
function SortChoice({ columns, sorted }) {
  const [ordering, sort] = useSort(sorted);
  const known = columns.filter((column) => column.sort);
  if (!known.length) return null;
  const options = known.flatMap(({ sort, label }) => [[sort, `${label}, ascending`], [`-${sort}`, `${label}, descending`]]);
  if (!options.some(([value]) => value === ordering)) options.unshift([ordering, "Default order"]);
  return html`<label class="filter sort-choice"><span>Sort by</span>
    <select value=${ordering} onChange=${({ target }) => sort(target.value)}>
      ${options.map(([value, words]) => html`<option value=${value} selected=${value === ordering}>${words}</option>`)}
    </select></label>`;
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

/**
 * Whoever turns back as far as the list begins is on its first page, whose address says nothing: there, what comes in is
 * shown, and a page that is short because rows are gone is full.
 */
function useFirstPage({ data, from }) {
  const [{ before }, setQuery] = useQuery();
  const begins = before && data && !data.previous && from?.includes(before);
  useEffect(() => {
    if (begins) setQuery({});
  }, [begins]);
}

/** The rows of a page that were there when its address was made. */
const AllGone = ({ data }) => html`<${Empty} title="Nothing left on this page">What was on it is gone, or stands elsewhere now.<//><${Pager} data=${data} />`;

const pageOf = (url) => url && (new URL(url).searchParams.get("page") ?? "");

/** The address of another page of this list: what it shows stays as it is, where that page is the API says. */
function turned(query, url) {
  const [params, there] = [new URLSearchParams(query), new URL(url).searchParams];
  for (const name of TURNS) there.has(name) ? params.set(name, there.get(name)) : params.delete(name);
  return `${location.pathname}?${params}`;
}

/** The API's own previous and next, as links that can be shared. */
export function Pager({ data }) {
  const [query] = useQuery();
  if (!data) return html`<div class="pager"><${Skeleton} width="8rem" /></div>`;
  const link = (url, rel, words) => url
    ? html`<a class="button button-small" rel=${rel} href=${turned(query, url)}>${words}</a>`
    : html`<span class="button button-small" aria-disabled="true">${words}</span>`;
  return html`<nav class="pager" aria-label="Pages">
    <p role="status">${extent(data)}</p>
    ${(data.next || data.previous) && html`<div>${link(data.previous, "prev", html`<${Icon} name="left" size="16" />Previous`)}${link(data.next, "next", html`Next<${Icon} name="right" size="16" />`)}</div>`}
  </nav>`;
}

function extent({ count, next, previous, results }) {
  if ((!next && !previous) || !results.length) return `${number(count)} in all`;
  const first = !previous ? 1 : next ? (Number(pageOf(next)) - 2) * results.length + 1 : count - results.length + 1;
  return `${number(first)}–${number(first + results.length - 1)} of ${number(count)}`;
}
