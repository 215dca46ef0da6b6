// What the shop sent, is about to send, could not, or only keeps.
import { html } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useLoad } from "../lib/load.js";
import { address, post } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { ago, plural } from "../lib/format.js";
import { Card, Page } from "../ui/page.js";
import { Tabs } from "../ui/filters.js";
import { MailState, NothingSent } from "../ui/mail-state.js";
import { Empty } from "../ui/states.js";
import { Table } from "../ui/table.js";
import { Icon } from "../ui/icons.js";

const COLUMNS = [
  { key: "subject", label: "Mail", main: true, show: (mail) => mail.subject },
  { key: "to", label: "To", show: (mail) => html`<span class="clip">${mail.to}</span>` },
  { key: "state", label: "State", sort: "state", show: (mail) => html`<${MailState} of=${mail.state} />` },
  { key: "attempts", label: "Tries", end: true, show: (mail) => mail.attempts },
  { key: "at", label: "Written", sort: "created_at", end: true, show: (mail) => ago(mail.created_at) },
];

export default function Mails({ user }) {
  const [query] = useQuery();
  const load = useLoad(address("/staff/mails/", query));
  const empty = query.state
    ? html`<${Empty} title=${`No mail is ${query.state}`}>Look at all of them instead.<//>`
    : html`<${Empty} icon="mails" title="No mails yet">Confirmations of orders and mails about accounts appear here.<//>`;
  const retry = () => post("/staff/mails/retry_failed/").then(({ retried }) => (toast({ text: retried ? `${plural(retried, "mail")} tried again.` : "No mail can be tried again." }), load.reload()), failed);
  const again = query.state === "failed" && may(user, "mails") && load.data?.count > 0;
  const actions = html`${again && html`<button class="button button-primary" onClick=${retry}>Try all again</button>`}
    <button class="button" onClick=${load.reload}><${Icon} name="gear" size="16" />Refresh</button>`;
  return html`<${Page} title="Mailbox" actions=${actions}><${NothingSent} user=${user} /><${Card} flush>
    <div class="filters"><${Tabs} label="State" name="state" options=${[["", "All"], ["waiting", "Waiting"], ["sent", "Sent"], ["kept", "Kept, not sent"], ["failed", "Failed"]]} /></div>
    <${Table} label="Mails" columns=${COLUMNS} load=${load} sorted="-created_at" href=${(mail) => `/admin/mails/${mail.id}`} empty=${empty} />
  <//><//>`;
}
