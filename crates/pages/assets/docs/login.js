// Who the operations are tried as: the access token of an account, for as long as this tab is open.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { client } from "/assets/shared/api.js";
import { shop } from "/assets/shared/this-shop.js";

const KEPT = "oxcart.docs";
const listeners = new Set();

/** `{email, access}`, or null for nobody. */
export const known = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

function keep(who) {
  if (who) sessionStorage.setItem(KEPT, JSON.stringify(who));
  else sessionStorage.removeItem(KEPT);
  listeners.forEach((tell) => tell(who));
}

/** Who is logged in, anew whenever that changes. */
export function useKnown() {
  const [who, setWho] = useState(known());
  useEffect(() => (listeners.add(setWho), () => listeners.delete(setWho)), []);
  return who;
}

export function LogIn() {
  const who = useKnown();
  const [error, setError] = useState(null);
  const enter = (email, password) => client().post("/api/token/", { email, password }).then(({ access }) => (setError(null), keep({ email, access })), setError);
  const send = (event) => {
    event.preventDefault();
    const { email, password } = event.target.elements;
    enter(email.value, password.value);
  };
  if (who) return html`<div class="card row spread log-in"><p>You try things as <b>${who.email}</b>, for a few minutes: tokens run out.</p><button class="button" onClick=${() => keep(null)}>Forget the token</button></div>`;
  const demo = shop.demo && html`<p class="row small">In this demo: ${["customer", "staff"].map((role) => html`
    <button class="button button-small" type="button" onClick=${() => enter(shop.demo[role].email, shop.demo[role].password)}>Be the ${role}</button>`)}</p>`;
  return html`<form class="card stack log-in" onSubmit=${send}><h2>Try it as somebody</h2>
    ${error && html`<p class="notice notice-danger" role="alert">${error.message}</p>`}
    <div class="row ends"><div class="field"><label for="email">Email</label><input id="email" type="email" autocomplete="username" required /></div>
      <div class="field"><label for="password">Password</label><input id="password" type="password" autocomplete="current-password" required /></div>
      <button class="button button-primary">Get a token</button></div>${demo}</form>`;
}
