// One product: pictures, variants, what is left of it as it changes.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { addToBag, api, follow, money, toast } from "./shop.js";
import { entitle, mount } from "./shell.js";
import { Empty, Failed, Picture, Quantity, useAction } from "./parts.js";

const id = Number(new URLSearchParams(location.search).get("id"));

function useProduct() {
  const [state, set] = useState({});
  const load = () => api.get(`/products/${id}/`).then((product) => set({ product }), (error) => set({ error }));
  useEffect(() => {
    load();
    // The event tells of the whole product; how much there is of each variant, the shop is asked.
    return follow(`product:${id}`, load);
  }, []);
  return [state, load];
}

function Gallery({ product, variant }) {
  const pictures = product.images.length ? product.images : [{ url: product.image, widths: product.image_widths, webp: product.image_webp, alt: product.name }];
  const [chosen, choose] = useState(null); // nobody has yet: then it is the variant's own, or the first
  useEffect(() => choose(null), [variant?.id]);
  const own = variant?.image && (pictures.find(({ url }) => url === variant.image) ?? { url: variant.image, alt: product.name });
  const shown = pictures[chosen] ?? (own || pictures[0]);
  return html`<div class="gallery">
    <${Picture} src=${shown?.url} name=${product.name} widths=${shown?.widths} webp=${shown?.webp} sizes="(min-width: 1160px) 580px, (min-width: 800px) 52vw, 94vw" alt=${shown?.alt || product.name} eager />
    ${pictures.length > 1 && html`<ul class="thumbs">${pictures.map((picture, place) => html`<li>
      <button type="button" aria-label=${`Picture ${place + 1}`} aria-pressed=${picture === shown} onClick=${() => choose(place)}><${Picture} src=${picture.url} widths=${picture.widths} webp=${picture.webp} sizes="72px" /></button></li>`)}</ul>`}
  </div>`;
}

/** One group of radio buttons for each option; what can't be had is told, not hidden. */
function Options({ product, chosen, choose }) {
  return product.options.map((option) => {
    const values = [...new Set(product.variants.map(({ options }) => options[option]))];
    const fits = (value) => product.variants.find(({ options }) => product.options.every((other) => options[other] === (other === option ? value : chosen[other])));
    return html`<fieldset class="options" key=${option}><legend>${option}</legend><div class="row">${values.map((value) => html`
      <label class=${`chip${fits(value)?.in_stock ? "" : " chip-out"}`}>
        <input type="radio" name=${option} value=${value} checked=${chosen[option] === value} onChange=${() => choose({ ...chosen, [option]: value })} />
        <span>${value}${fits(value)?.in_stock ? "" : html`<span class="visually-hidden"> (sold out)</span>`}</span></label>`)}</div></fieldset>`;
  });
}

function Stock({ stock }) {
  const [kind, text] = stock < 1 ? ["danger", "Sold out"] : stock < 6 ? ["pending", `Only ${stock} left`] : ["ok", `In stock: ${stock}`];
  return html`<p role="status" id="stock" data-stock=${stock}><span class=${`badge badge-${kind}`}>${text}</span></p>`;
}

function Buy({ product, chosen, choose }) {
  const [quantity, setQuantity] = useState(1);
  const variant = product.variants?.find(({ options }) => product.options.every((option) => options[option] === chosen[option]));
  const thing = product.has_variants ? variant : product;
  const stock = thing?.stock ?? 0;
  const [add, busy, error] = useAction(async () => {
    await addToBag(product.id, variant?.id, Math.min(quantity, stock));
    toast(`${product.name} is in your bag.`, { link: { to: "bag", text: "View bag" } });
  });
  const was = variant?.compare_at;
  const send = (event) => (event.preventDefault(), add());
  return html`<form class="stack" onSubmit=${send}>
    <p class="price number">${money(thing?.price ?? product.price, product.currency)} ${was && html`<s class="muted"><span class="visually-hidden">before: </span>${money(was, product.currency)}</s>`}</p>
    ${product.has_variants && html`<${Options} product=${product} chosen=${chosen} choose=${choose} />`}
    <${Stock} stock=${stock} />
    <div class="row buy"><${Quantity} value=${Math.max(1, Math.min(quantity, stock))} most=${stock} set=${setQuantity} />
      <button class="button button-primary grow" id="add" disabled=${busy || stock < 1}>${stock < 1 ? "Sold out" : "Add to bag"}</button></div>
    ${error && html`<p class="notice notice-danger" role="alert">${error.body?.available === undefined ? error.message : `Only ${error.body.available} can be had, with what is in your bag.`}</p>`}
  </form>`;
}

function Product() {
  const [{ product, error }, again] = useProduct();
  const [chosen, setChosen] = useState(null);
  useEffect(() => {
    if (!product) return;
    entitle(product.name);
    if (!chosen) setChosen((product.variants?.find(({ in_stock }) => in_stock) ?? product.variants?.[0])?.options ?? {});
  }, [product]);
  if (error?.status === 404) return html`<${Empty} title="This product is not for sale any more."><a class="button" href="./">See what is</a></${Empty}>`;
  if (error) return html`<${Failed} error=${error} again=${again} />`;
  if (!product || !chosen) return html`<div class="product" aria-busy="true"><span class="picture skeleton"></span><div class="stack"><h1 class="skeleton">Name</h1><p class="skeleton">Price</p><p class="skeleton">Words</p></div></div>`;
  const variant = product.variants?.find(({ options }) => product.options.every((option) => options[option] === chosen[option]));
  const { category } = product;
  return html`<nav class="crumbs small" aria-label="Where this is"><a href="./">All products</a>${category && html` <span aria-hidden="true">/</span> <a href=${`./?category=${category.slug}`}>${category.name}</a>`}</nav>
    <article class="product">
      <${Gallery} product=${product} variant=${variant} />
      <div class="stack"><div><p class="muted small">${product.vendor}</p><h1>${product.name}</h1></div>
        <${Buy} product=${product} chosen=${chosen} choose=${setChosen} />
        <div class=${product.description.includes("<") ? "words" : "words is-plain"} dangerouslySetInnerHTML=${{ __html: product.description }}></div></div>
    </article>`;
}

mount(Product);
