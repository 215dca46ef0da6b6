// Where a mail is, and what becomes of mails in this shop.
import { html } from "../lib/preact.js";
import { shop } from "/assets/shared/this-shop.js";
import { may } from "../lib/roles.js";
import { Badge } from "./badge.js";

const LOOKS = { sent: ["ok", "check", "Sent"], kept: ["plain", "mails", "Kept, not sent"], waiting: ["warn", "clock", "Waiting"], failed: ["danger", "alert", "Failed"] };

export const MailState = ({ of }) => html`<${Badge} kind=${LOOKS[of]?.[0]} icon=${LOOKS[of]?.[1] ?? "dot"}>${LOOKS[of]?.[2] ?? of}<//>`;

/** Says so where mails go nowhere, and what to do about it. */
export function NothingSent({ user }) {
  if (shop.mails === "sent") return null;
  return html`<p class="notice" id="nothing-sent">${shop.mails === "kept" ? "This demo has no mail server, so nothing is sent: mails are kept here to be read." : "This shop has no mail server, so nothing is sent: mails wait here until there is one, for three days."}
    ${" "}To send them, set <code>smtp_url</code> and <code>mail_from</code> in <code>oxcart.toml</code> (or <code>OXCART_SMTP_URL</code> and <code>OXCART_MAIL_FROM</code>) and restart the shop.
    ${may(user, "owner") && html` <a href="/admin/settings?search=mail">See the settings</a>`}</p>`;
}
