// Bars for each day, drawn from the figures; the same figures stand in a table for whoever can't see or use it.
import { html, useState } from "../lib/preact.js";
import { day, money, number, plural, roughly } from "../lib/format.js";

const H = 220, LEFT = 56, BOTTOM = 26, TOP = 12;
/** Narrow where the page is, so that words keep their size. */
const width = () => (innerWidth <= 640 ? 380 : 720);

/** The next round number at or above `max`, in steps that read well. */
function ceiling(max) {
  const size = 10 ** Math.floor(Math.log10(Math.max(max, 1)));
  return [1, 2, 2.5, 4, 5, 8, 10].map((n) => n * size).find((n) => n >= max) ?? max;
}

/** `days`: of the dashboard; `of`: `revenue` or `orders`. */
export function Chart({ days, of, currency }) {
  const [at, setAt] = useState(null);
  const top = ceiling(Math.max(...days.map((d) => Number(d[of])), of === "orders" ? 4 : 1));
  const W = width();
  const step = (W - LEFT) / days.length;
  const y = (value) => TOP + (H - TOP - BOTTOM) * (1 - value / top);
  const show = (d) => (of === "revenue" ? money(d.revenue, currency) : plural(d.orders, "order"));
  const every = Math.ceil(days.length / (W < 700 ? 4 : 6));
  const shown = at === null ? null : days[at];
  return html`<figure class="chart">
    <p class="chart-tip" aria-hidden="true">${shown ? html`<b>${day(shown.date)}</b> ${money(shown.revenue, currency)} · ${plural(shown.orders, "order")}` : " "}</p>
    <svg viewBox=${`0 0 ${W} ${H}`} role="img" aria-label=${`${of === "revenue" ? "Revenue" : "Orders"} per day, the last ${days.length} days. The table below has the figures.`}
      onMouseLeave=${() => setAt(null)}>
      ${[0, 0.5, 1].map((part) => html`<line class="grid" x1=${LEFT} x2=${W} y1=${y(top * part)} y2=${y(top * part)} />
        <text x=${LEFT - 8} y=${y(top * part) + 4} text-anchor="end">${roughly(top * part, of === "revenue" && currency)}</text>`)}
      ${days.map((d, i) => html`
        <rect class="bar ${at === i ? "is-on" : ""}" x=${LEFT + i * step + step * 0.16} width=${step * 0.68} y=${y(d[of])} rx="2.5"
          height=${Math.max(H - BOTTOM - y(d[of]), Number(d[of]) ? 2 : 0)} />
        <rect class="hit" x=${LEFT + i * step} width=${step} y="0" height=${H - BOTTOM} onMouseEnter=${() => setAt(i)} />
        ${i % every === 0 && html`<text x=${LEFT + i * step + step / 2} y=${H - 6} text-anchor="middle">${day(d.date)}</text>`}`)}
    </svg>
    <details><summary>Figures as a table</summary><div class="table-box chart-table" tabindex="0" role="region" aria-label="Figures for each day">
      <table class="table is-plain"><thead><tr><th>Day (UTC)</th><th class="end">Orders</th><th class="end">Revenue</th></tr></thead>
      <tbody>${[...days].reverse().map((d) => html`<tr><td>${day(d.date)}</td><td class="end">${number(d.orders)}</td><td class="end">${money(d.revenue, currency)}</td></tr>`)}</tbody></table>
    </div></details>
    <figcaption class="sr">${days.map((d) => `${day(d.date)}: ${show(d)}`).slice(-7).join("; ")}</figcaption>
  </figure>`;
}
