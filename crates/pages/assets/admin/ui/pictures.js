// A product's pictures: dropped or chosen, looked at, put in order. The first one stands in lists.
import { html, useRef, useState } from "../lib/preact.js";
import { patch, post, remove } from "../lib/api.js";
import { failed, toast } from "../lib/toast.js";
import { plural } from "../lib/format.js";
import { Card } from "./page.js";
import { Badge } from "./badge.js";
import { Icon } from "./icons.js";

export function Pictures({ product, mayEdit, onChange }) {
  const [waiting, setWaiting] = useState(0);
  const [over, setOver] = useState(false);
  const [held, setHeld] = useState(null);
  const list = useRef(null);
  const path = `/products/${product.id}/images/`;
  const images = product.images.map((image, i) => ({ ...image, position: image.position ?? i }));
  const add = async (files) => {
    const chosen = [...files];
    setWaiting(chosen.length);
    for (const file of chosen) {
      const form = new FormData();
      form.append("file", file);
      try {
        await post(path, form);
        toast({ text: `${file.name} is added.` });
      } catch (error) {
        failed(new Error(`${file.name} was not added: ${error.message}`));
      }
      setWaiting((n) => n - 1);
    }
    onChange();
  };
  const then = (doing) => doing.then(onChange, failed);
  const move = async (from, to) => {
    const order = images.map((image) => image.position);
    order.splice(to, 0, ...order.splice(from, 1));
    if (from === to) return;
    try {
      await patch(path, { order });
      await onChange();
    } catch (error) {
      return failed(error);
    }
    toast({ text: `Picture ${from + 1} is picture ${to + 1} now.` });
    setTimeout(() => keepFocus(list.current.children[to], to < from));
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length) add(event.dataTransfer.files);
  };
  const isFile = (event) => event.dataTransfer.types.includes("Files");
  return html`<${Card} title="Pictures">
    ${images.length === 0 && html`<p class="quiet">No pictures yet.</p>`}
    <ol class="pictures" ref=${list}>${images.map((image, i) => html`<li key=${image.url} class="picture ${held === i ? "is-held" : ""}" draggable=${mayEdit}
      onDragStart=${() => setHeld(i)} onDragEnd=${() => setHeld(null)} onDragOver=${(event) => held !== null && event.preventDefault()}
      onDrop=${(event) => held !== null && (event.preventDefault(), move(held, i))}>
      <img src=${image.widths?.["320"] ?? image.url} width="160" height="160" alt=${image.alt || `Picture ${i + 1}`} />
      ${i === 0 && html`<${Badge} kind="info">First<//>`}
      ${mayEdit && html`<div class="picture-tools">
        <button class="icon-button back" type="button" aria-label=${`Move picture ${i + 1} back`} disabled=${i === 0} onClick=${() => move(i, i - 1)}><${Icon} name="left" size="16" /></button>
        <button class="icon-button" type="button" aria-label=${`Remove picture ${i + 1}`} onClick=${() => then(remove(`${path}${image.position}/`))}><${Icon} name="trash" size="16" /></button>
        <button class="icon-button on" type="button" aria-label=${`Move picture ${i + 1} on`} disabled=${i === images.length - 1} onClick=${() => move(i, i + 1)}><${Icon} name="right" size="16" /></button></div>`}
    </li>`)}</ol>
    ${mayEdit && html`<div class="drop ${over ? "is-over" : ""}" onDragOver=${(event) => isFile(event) && (event.preventDefault(), setOver(true))}
      onDragLeave=${() => setOver(false)} onDrop=${drop}><${Icon} name="upload" size="22" />
      <p>Drop pictures here, or <label>choose files<input type="file" accept="image/*" multiple onChange=${({ target }) => (add(target.files), (target.value = ""))} /></label></p>
      <small role="status">${waiting ? `Sending ${plural(waiting, "picture")}…` : "JPEG, PNG, WebP or GIF"}</small></div>`}
  <//>`;
}

/** On the button that moved it, or on another of the same picture once there is no way to go. */
const keepFocus = (picture, back) => (picture.querySelector(back ? ".back:enabled" : ".on:enabled") ?? picture.querySelector("button:enabled")).focus();
