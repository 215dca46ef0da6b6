// One mail, as its reader sees it.
import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useLoad } from "../lib/load.js";
import { post } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { time } from "../lib/format.js";
import { Card, Facts, Page, Pending } from "../ui/page.js";
import { MailState, NothingSent } from "../ui/mail-state.js";

const BACK = { href: "/admin/mails", text: "Mailbox" };

export default function Mail({ id, user }) {
  const load = useLoad(`/staff/mails/${id}/`);
  const [as, setAs] = useState("html");
  const mail = load.data;
  if (!mail) return html`<${Pending} title="Mail" back=${BACK} load=${load} />`;
  const retry = () => post(`/staff/mails/${id}/retry/`).then(() => (toast({ text: "It is tried again." }), load.reload()), failed);
  const actions = may(user, "mails") && mail.state === "failed" && html`<button class="button button-primary" onClick=${retry}>Try again</button>`;
  const which = html`<div class="tabs is-small" role="group" aria-label="Shown as">${["html", "text"].map((kind) => html`
    <button aria-pressed=${as === kind} onClick=${() => setAs(kind)}>${kind === "html" ? "Formatted" : "Text"}</button>`)}</div>`;
  return html`<${Page} title=${mail.subject} back=${BACK} badge=${html`<${MailState} of=${mail.state} />`} actions=${actions}>
    ${mail.state !== "sent" && mail.state !== "failed" && html`<${NothingSent} user=${user} />`}
    ${mail.last_error && mail.state !== "sent" && html`<p class="notice is-danger">${mail.last_error}</p>`}
    <div class="grid-2-1"><${Card} title="Message" actions=${which}>${as === "html" ? html`<${Formatted} source=${mail.html} />` : html`<pre class="mail-text">${mail.text}</pre>`}<//>
      <${Card} title="Delivery"><${Facts} of=${[["To", mail.to], ["Template", mail.template], ["Tries", String(mail.attempts)], ["Written", time(mail.created_at)], [mail.state === "kept" ? "Kept, not sent" : "Sent", mail.sent_at ? time(mail.sent_at) : "Not yet"]]} /><//></div>
  <//>`;
}

/**
 * A mail in a frame without scripts. The console's policy lets no styles in that are written in the page, and mails have
 * no others; so the frame is filled without them, and they are put in as objects, which the policy trusts.
 */
function Formatted({ source }) {
  const frame = useRef(null);
  useEffect(() => {
    const show = () => fill(frame.current, source);
    const inside = frame.current;
    inside.addEventListener("load", show, { once: true });
    inside.srcdoc = "<!doctype html><title>Mail</title>";
    return () => inside.removeEventListener("load", show);
  }, [source]);
  return html`<iframe class="mail-frame" ref=${frame} title="The mail" sandbox="allow-same-origin allow-popups"></iframe>`;
}

function fill(frame, source) {
  const inside = frame.contentDocument;
  const sheets = [];
  const bare = source
    .replaceAll(/<style[^>]*>([^]*?)<\/style>/gi, (_, text) => {
      const sheet = new frame.contentWindow.CSSStyleSheet();
      sheet.replaceSync(text);
      sheets.push(sheet);
      return "";
    })
    .replaceAll(/<[^>]+>/g, (tag) => tag.replaceAll(/\sstyle=/gi, " data-look="));
  const mail = new DOMParser().parseFromString(bare, "text/html");
  mail.querySelectorAll("script, link, meta, base").forEach((element) => element.remove());
  const body = inside.importNode(mail.body, true);
  inside.body.replaceWith(body);
  for (const element of [body, ...body.querySelectorAll("[data-look]")]) element.style.cssText = element.dataset.look ?? "";
  body.querySelectorAll("a").forEach((link) => (link.target = "_blank"));
  inside.adoptedStyleSheets = sheets;
  frame.style.height = `${Math.min(Math.max(inside.documentElement.scrollHeight + 2, 240), 1600)}px`;
}
