// The editor of one product: what it is, what it costs, its variants and pictures.
import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { get, patch, post, remove } from "../lib/api.js";
import { useAll, useLoad } from "../lib/load.js";
import { useLive } from "../lib/live.js";
import { go, setGuard } from "../lib/router.js";
import { failed, toast } from "../lib/toast.js";
import { may } from "../lib/roles.js";
import { Card, Page, Pending } from "../ui/page.js";
import { Confirm } from "../ui/later.js";
import { Badge } from "../ui/badge.js";
import { Input, focusWrong } from "../ui/form.js";
import { Variants } from "../ui/variants.js";
import { Pictures } from "../ui/pictures.js";
import { EMPTY, changed, draftOf, only } from "../lib/product-draft.js";

const BACK = { href: "/admin/products", text: "Products" };

export default function Product({ id, user }) {
  const isNew = id === "new";
  const load = useLoad(isNew ? null : `/products/${id}/`);
  if (isNew) return html`<${Editor} product=${null} user=${user} />`;
  if (!load.data) return html`<${Pending} title="Product" back=${BACK} load=${load} />`;
  return html`<${Editor} key=${id} product=${load.data} load=${load} user=${user} />`;
}

function Editor({ product, load, user }) {
  const [before, setBefore] = useState(() => (product ? draftOf(product) : EMPTY));
  const [draft, setDraft] = useState(before);
  const [state, setState] = useState({});
  const [asked, setAsked] = useState(false);
  const mayEdit = may(user, "catalogue");
  const mayCount = may(user, "stock");
  const changes = changed(before, draft);
  const dirty = Object.keys(changes).length > 0;
  const touched = useRef(dirty);
  touched.current = dirty;
  useEffect(() => {
    setGuard(dirty ? () => confirm("Leave without saving your changes?") : null);
    const warn = (event) => dirty && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [dirty]);
  useLive(async (frame) => {
    if (!product || !load || frame.data?.id !== product.id || dirty || frame.event === "product.deleted") return;
    const newer = await get(`/products/${product.id}/`).catch(() => null);
    if (newer && !touched.current) take(newer); // somebody may have begun to type meanwhile
  });
  const take = (newer) => {
    load?.set(() => newer);
    setBefore(draftOf(newer));
    setDraft(draftOf(newer));
  };
  const set = (name) => (value) => setDraft((old) => ({ ...old, [name]: value }));
  const save = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      const saved = product ? await patch(`/products/${product.id}/`, only(changes, draft)) : await post("/products/", only(draft, draft));
      setGuard(null);
      toast({ text: product ? "Saved." : `${saved.name} is ${saved.published ? "on sale" : "a draft"}.` });
      if (product) take(saved);
      else go(`/admin/products/${saved.id}`, { replace: true });
      setState({});
    } catch (error) {
      setState({ error });
      focusWrong();
    }
  };
  const archive = async () => {
    await remove(`/products/${product.id}/`);
    setGuard(null);
    toast({ text: `${product.name} is archived.` });
    go("/admin/products");
  };
  const wrong = state.error?.fields ?? {};
  const props = { draft, set, wrong, mayEdit, mayCount };
  const actions = product && mayEdit && html`<button class="button is-danger" type="button" onClick=${() => setAsked(true)}>Archive</button>`;
  const badge = product && (product.published ? html`<${Badge} kind="ok" icon="check">On sale<//>` : html`<${Badge} icon="edit">Draft<//>`);
  return html`<${Page} title=${product ? product.name : "New product"} back=${BACK} badge=${badge} actions=${actions}>
    ${!mayEdit && html`<p class="notice">${mayCount ? "Your role may change the stock here, and nothing else." : "Your role may look at products, not change them."}</p>`}
    <form onSubmit=${save}>
      ${state.error && html`<p class="notice is-danger" role="alert">${state.error.message}</p>`}
      <div class="grid-2-1"><div class="stack"><${Words} ...${props} /><${Variants} ...${props} />
        ${product ? html`<${Pictures} product=${product} mayEdit=${mayEdit} onChange=${() => get(`/products/${product.id}/`).then((newer) => load.set(() => newer), failed)} />`
          : html`<${Card} title="Pictures"><p class="quiet">Save the product first, then add its pictures.</p><//>`}</div>
        <${Side} ...${props} /></div>
      ${(mayEdit || mayCount) && (dirty || !product) && html`<div class="savebar"><p role="status">${dirty ? "There are changes that are not saved yet." : ""}</p>
        <button class="button" type="button" disabled=${!dirty} onClick=${() => (setDraft(before), setState({}))}>Discard</button>
        <button class="button button-primary" disabled=${!dirty || state.busy}>${state.busy ? "Saving…" : product ? "Save" : "Add product"}</button></div>`}
    </form>
    ${asked && html`<${Confirm} danger title=${`Archive ${product.name}?`} yes="Archive" act=${archive} onClose=${() => setAsked(false)}>
      <p>It leaves the shop, and its address and SKUs are free again. Orders that have it go on telling of it, which is why it is archived and not erased. It can't be brought back.</p>
      <p>To take it off sale for a while only, make it a draft instead.</p><//>`}
  <//>`;
}

const Words = ({ draft, set, wrong, mayEdit }) => html`<${Card} title="Product">
  <${Input} label="Name" name="name" required maxlength="255" value=${draft.name} onText=${set("name")} problem=${wrong.name} disabled=${!mayEdit} />
  <${Input} label="Description" name="description" as="textarea" value=${draft.description} onText=${set("description")} problem=${wrong.description} disabled=${!mayEdit} hint="Text, or simple HTML." />
<//>`;

function Side({ draft, set, wrong, mayEdit }) {
  const [categories] = useAll("/categories/?page_size=100");
  return html`<div class="stack"><${Card} title="Availability">
    <label class="check"><input type="checkbox" checked=${draft.published} disabled=${!mayEdit} onChange=${({ target }) => set("published")(target.checked)} />
      <span>On sale<br /><small>Otherwise it is a draft, which only the staff sees.</small></span></label><//>
  <${Card} title="Where it belongs">
    <${Input} label="Category" name="category" as="select" value=${draft.category} onText=${set("category")} problem=${wrong.category} disabled=${!mayEdit}>
      <option value="" selected=${draft.category === ""}>None</option>
      ${(categories ?? []).map((category) => html`<option value=${category.id} selected=${String(category.id) === draft.category}>${category.name}</option>`)}<//>
    <${Input} label="Tags" name="tags" value=${draft.tags} onText=${set("tags")} problem=${wrong.tags} disabled=${!mayEdit} hint="Separated by commas." />
    <${Input} label="Vendor" name="vendor" value=${draft.vendor} onText=${set("vendor")} problem=${wrong.vendor} disabled=${!mayEdit} />
    <${Input} label="Address in the shop" name="slug" value=${draft.slug} onText=${set("slug")} problem=${wrong.slug} disabled=${!mayEdit} hint="Made from the name when left empty." /><//></div>`;
}
