// What changed of a thing, from what to what, field by field; what was sent to the log, as it stands there, behind it.
import { html } from "../lib/preact.js";
import { title } from "../lib/format.js";

/** Fields that are told at once. */
const SHOWN = 3;
/** What says most of a thing comes first. */
const FIRST = ["status", "role", "is_active", "stock", "price", "name", "email"];

/** A name as people say it: `first_name` → `First name`, `variants, 31, stock` → `Variant 31: stock`. */
function label([first, ...rest]) {
  if (!rest.length) return title(first.replace(/^is_/, ""));
  const [key, ...parts] = rest.map((part) => part.replaceAll("_", " "));
  return `${title(first).replace(/s$/, "")} ${key}${parts.length ? `: ${parts.join(" ")}` : ""}`;
}

const isPlain = (value) => value === null || typeof value !== "object";
const NOTHING = "nothing";
const said = (value) => (value === null || value === undefined || value === "" ? NOTHING : value === true ? "yes" : value === false ? "no" : String(value));
const short = (text) => (text.length > 90 ? `${text.slice(0, 90)}…` : text);

/** Every plain value below `value` with the way to it; lists of plain values count as one. */
function* leaves(value, way = []) {
  if (isPlain(value)) yield [way, said(value)];
  else if (Array.isArray(value) && value.every(isPlain)) yield [way, said(value.map(said).join(", "))];
  else for (const [key, part] of Object.entries(value)) yield* leaves(part, [...way, Array.isArray(value) ? String(Number(key) + 1) : key]);
}

/** `[label, before, after]` for each field that differs; undefined where it was not, or is not any more. Of what is new or
 *  gone, empty fields are left out. */
export function changes(before, after) {
  const found = new Map();
  for (const [side, whole] of [[1, before], [2, after]]) {
    for (const [way, text] of leaves(whole ?? {})) {
      const key = way.join("/");
      if (!found.has(key)) found.set(key, [way]);
      found.get(key)[side] = text;
    }
  }
  const rank = (way) => (FIRST.indexOf(way.at(-1)) + FIRST.length + 1) % (FIRST.length + 1);
  const tells = ([, was, is]) => was !== is && (was ?? NOTHING) !== (is ?? NOTHING);
  const differ = [...found.values()].filter(tells).sort(([one], [other]) => rank(one) - rank(other));
  return differ.map(([way, was, is]) => [label(way), was, is]);
}

export function Diff({ before, after }) {
  const lines = changes(before, after);
  const rest = lines.slice(SHOWN);
  const line = ([what, was, is]) => html`<li><b>${what}</b> ${was !== undefined && html`<del>${short(was)}</del>`}${was !== undefined && is !== undefined && " → "}${is !== undefined && html`<ins>${short(is)}</ins>`}</li>`;
  const raw = JSON.stringify({ before, after }, null, 1);
  return html`<div class="diff"><ul>${lines.slice(0, SHOWN).map(line)}</ul>
    <details><summary>${rest.length ? `and ${rest.length} more` : "As it is kept"}</summary>
      ${rest.length > 0 && html`<ul>${rest.map(line)}</ul>`}<pre tabindex="0">${raw}</pre></details></div>`;
}
