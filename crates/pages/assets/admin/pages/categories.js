// Categories as a tree: added, renamed, moved and deleted where they stand.
import { html, useState } from "../lib/preact.js";
import { useAll } from "../lib/load.js";
import { patch, post, remove } from "../lib/api.js";
import { toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { Card, Page } from "../ui/page.js";
import { Dialog } from "../ui/dialog.js";
import { Confirm } from "../ui/later.js";
import { Input } from "../ui/form.js";
import { Empty, Waiting } from "../ui/states.js";
import { Icon } from "../ui/icons.js";

export default function Categories({ user }) {
  const [all, reload] = useAll("/categories/?page_size=100");
  const [editing, setEditing] = useState(null);
  const [leaving, setLeaving] = useState(null);
  const mayEdit = may(user, "catalogue");
  const add = mayEdit && html`<button class="button button-primary" onClick=${() => setEditing({})}><${Icon} name="plus" size="16" />New category</button>`;
  const props = { all, mayEdit, edit: setEditing, leave: setLeaving };
  const drop = async () => {
    await remove(`/categories/${leaving.id}/`);
    toast({ text: `${leaving.name} is deleted.` });
    reload();
  };
  return html`<${Page} title="Categories" actions=${add} narrow>
    <${Card}>${!all ? html`<${Waiting} lines="6" />` : all.length === 0
      ? html`<${Empty} icon="categories" title="No categories yet">They are how customers find their way. ${mayEdit ? "Add the first one." : ""}<//>`
      : html`<div class="tree"><${Branch} parent=${null} ...${props} /></div>`}<//>
    ${editing && html`<${Edit} of=${editing} all=${all} onClose=${() => setEditing(null)} onSaved=${reload} />`}
    ${leaving && html`<${Confirm} danger title=${`Delete ${leaving.name}?`} yes="Delete" act=${drop} onClose=${() => setLeaving(null)}>
      <p>Its products stay, without a category.${all.some((other) => other.parent === leaving.id) ? " What is below it moves to the top." : ""}</p><//>`}
  <//>`;
}

function Branch({ parent, all, ...rest }) {
  const here = all.filter((category) => category.parent === parent);
  return here.length > 0 && html`<ul>${here.map((category) => html`<li key=${category.id}>
    <${Leaf} category=${category} ...${rest} /><${Branch} parent=${category.id} all=${all} ...${rest} /></li>`)}</ul>`;
}

const Leaf = ({ category, mayEdit, edit, leave }) => html`<div class="tree-row">
  <span><a href=${`/admin/products?category=${category.id}`}>${category.name}</a><code>${category.slug}</code></span>
  ${mayEdit && html`<button class="icon-button" aria-label=${`Add below ${category.name}`} title="Add below" onClick=${() => edit({ parent: category.id })}><${Icon} name="plus" size="16" /></button>
    <button class="icon-button" aria-label=${`Rename or move ${category.name}`} title="Rename or move" onClick=${() => edit(category)}><${Icon} name="edit" size="16" /></button>
    <button class="icon-button" aria-label=${`Delete ${category.name}`} title="Delete" onClick=${() => leave(category)}><${Icon} name="trash" size="16" /></button>`}</div>`;

/** Everything that may stand above `of`: not itself, nor what is below it. */
function above(of, all) {
  const below = (id) => id === of.id || (id && below(all.find((other) => other.id === id)?.parent));
  return of.id ? all.filter((other) => !below(other.id)) : all;
}

function Edit({ of, all, onClose, onSaved }) {
  const [draft, setDraft] = useState({ name: of.name ?? "", description: of.description ?? "", parent: String(of.parent ?? "") });
  const [error, setError] = useState(null);
  const set = (name) => (value) => setDraft((old) => ({ ...old, [name]: value }));
  const save = async (event) => {
    event.preventDefault();
    const body = { ...draft, parent: draft.parent ? Number(draft.parent) : null };
    try {
      await (of.id ? patch(`/categories/${of.id}/`, body) : post("/categories/", body));
      toast({ text: "Saved." });
      onSaved();
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  const wrong = error?.fields ?? {};
  return html`<${Dialog} title=${of.id ? `Change ${of.name}` : "New category"} onClose=${onClose}
    actions=${html`<button class="button" onClick=${onClose}>Cancel</button><button class="button button-primary" form="category">Save</button>`}>
    <form id="category" onSubmit=${save}>
      ${error && html`<p class="notice is-danger" role="alert">${error.message}</p>`}
      <${Input} label="Name" name="category-name" required maxlength="150" value=${draft.name} onText=${set("name")} problem=${wrong.name} />
      <${Input} label="Below" name="category-parent" as="select" value=${draft.parent} onText=${set("parent")} problem=${wrong.parent}>
        <option value="" selected=${draft.parent === ""}>Nothing: at the top</option>
        ${above(of, all).map((other) => html`<option value=${other.id} selected=${String(other.id) === draft.parent}>${other.name}</option>`)}<//>
      <${Input} label="Description" name="category-description" as="textarea" value=${draft.description} onText=${set("description")} problem=${wrong.description} />
    </form><//>`;
}
