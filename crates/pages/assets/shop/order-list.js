// The orders of an account, or of this browser's session.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { tokens } from "/assets/shared/tokens.js";
import { api, follow, money, noteOrdered, when } from "./shop.js";
import { Badge, Empty, Failed } from "./parts.js";

function pieces(items) {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return count === 1 ? "1 item" : `${count} items`;
}

export function OrderList() {
  const [page, setPage] = useState(null);
  const [error, setError] = useState(null);
  const load = (address = "/order/") => (setError(null), api.get(address).then((found) => (!tokens() && noteOrdered(found.count > 0), setPage(found)), setError));
  useEffect(() => {
    load();
    return tokens() ? follow("orders", () => load()) : undefined;
  }, []);
  if (error?.status === 401) return html`<${Empty} title="No orders in this browser."><a class="button" href="account">Sign in to see yours</a></${Empty}>`;
  if (error) return html`<${Failed} error=${error} again=${() => load()} />`;
  if (!page) return html`<div class="stack" aria-busy="true"><p class="skeleton line">…</p><p class="skeleton line">…</p></div>`;
  if (!page.results.length) return html`<${Empty} title="No orders yet."><a class="button" href="./">Look around</a></${Empty}>`;
  return html`<ul class="lines orders">${page.results.map(({ id, number, status, total, currency, items, created_at }) => html`<li key=${id}>
      <a href=${`orders?id=${id}`} class="order-row"><b>${number}</b><${Badge} status=${status} /><span class="muted small">${when(created_at)}</span>
        <span class="muted small">${pieces(items)}</span><b class="number">${money(total, currency)}</b></a></li>`)}</ul>
    <nav class="pages" aria-label="Pages" hidden=${!page.next && !page.previous}>
      <button class="button" disabled=${!page.previous} onClick=${() => load(page.previous)}>Previous</button>
      <button class="button" disabled=${!page.next} onClick=${() => load(page.next)}>Next</button></nav>`;
}
