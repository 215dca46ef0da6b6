// Who runs the shop, and what each of them may do.
import { html, useState } from "../lib/preact.js";
import { useQuery } from "../lib/router.js";
import { useLoad } from "../lib/load.js";
import { address, patch, post, remove } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { ROLES } from "../lib/roles.js";
import { date, name, title } from "../lib/format.js";
import { Card, Facts, Page } from "../ui/page.js";
import { Dialog } from "../ui/dialog.js";
import { Confirm } from "../ui/later.js";
import { Badge } from "../ui/badge.js";
import { Input } from "../ui/form.js";
import { Table } from "../ui/table.js";
import { Icon } from "../ui/icons.js";

export default function Staff({ user }) {
  const [query] = useQuery();
  const load = useLoad(address("/staff/members/", query));
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState(null);
  const put = (id, role) => load.set((page) => ({ ...page, results: page.results.map((who) => (who.id === id ? { ...who, role } : who)) }));
  const change = async (who, role) => {
    put(who.id, role);
    try {
      await patch(`/staff/members/${who.id}/`, { role });
      toast({ text: `${who.email} is now ${role}.` });
    } catch (error) {
      put(who.id, who.role);
      failed(error);
    }
  };
  const leave = async () => {
    await remove(`/staff/members/${leaving.id}/`);
    toast({ text: `${leaving.email} is a customer now.` });
    load.reload();
  };
  const columns = [
    { key: "who", label: "Member", main: true, sort: "email", show: (who) => html`<span>${name(who) || who.email}${who.id === user.id ? " (you)" : ""}<small>${name(who) && who.email}</small></span>` },
    { key: "state", label: "State", show: (who) => (who.is_active ? html`<${Badge} kind="ok" icon="check">Active<//>` : html`<${Badge} icon="ban">Deactivated<//>`) },
    { key: "joined", label: "Joined", sort: "date_joined", show: (who) => date(who.date_joined) },
    { key: "role", label: "Role", sort: "role", show: (who) => html`<select aria-label=${`Role of ${who.email}`} value=${who.role} onChange=${({ target }) => change(who, target.value)}>
      ${Object.keys(ROLES).map((role) => html`<option value=${role} selected=${who.role === role}>${title(role)}</option>`)}</select>` },
    { key: "leave", label: "Remove", end: true, show: (who) => html`<button class="icon-button" aria-label=${`Remove ${who.email} from the staff`} title="Remove from the staff" onClick=${() => setLeaving(who)}><${Icon} name="trash" size="16" /></button>` },
  ];
  const add = html`<button class="button button-primary" onClick=${() => setAdding(true)}><${Icon} name="plus" size="16" />Add member</button>`;
  return html`<${Page} title="Staff & roles" actions=${add}><div class="grid-2-1">
    <${Card} flush><${Table} label="Staff" columns=${columns} load=${load} sorted="date_joined" /><//>
    <${Card} title="What roles may do"><${Facts} of=${Object.entries(ROLES).map(([role, may]) => [title(role), may])} /><//></div>
    ${adding && html`<${Add} onClose=${() => setAdding(false)} onAdded=${load.reload} />`}
    ${leaving && html`<${Confirm} danger title=${`Remove ${leaving.email} from the staff?`} yes="Remove" act=${leave} onClose=${() => setLeaving(null)}>
      <p>The account stays, as a customer's. It loses the console at once.</p><//>`}
  <//>`;
}

function Add({ onClose, onAdded }) {
  const [error, setError] = useState(null);
  const send = async (event) => {
    event.preventDefault();
    const { email, role } = event.target.elements;
    try {
      await post("/staff/members/", { email: email.value.trim(), role: role.value });
      toast({ text: `${email.value} joined the staff.` });
      onAdded();
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  const wrong = error?.fields ?? {};
  return html`<${Dialog} title="Add a member of the staff" onClose=${onClose}
    actions=${html`<button class="button" onClick=${onClose}>Cancel</button><button class="button button-primary" form="member">Add</button>`}>
    <form id="member" onSubmit=${send}>
      ${error && !wrong.email && !wrong.role && html`<p class="notice is-danger" role="alert">${error.message}</p>`}
      <${Input} label="Email of their account" name="email" type="email" required problem=${wrong.email} hint="They register in the shop first, as customers do, and follow the link that is mailed to them." />
      <${Input} label="Role" name="role" as="select" problem=${wrong.role}>
        ${Object.entries(ROLES).reverse().map(([role, may]) => html`<option value=${role} selected=${role === "fulfilment"}>${title(role)}: ${may.toLowerCase()}</option>`)}<//>
    </form><//>`;
}
