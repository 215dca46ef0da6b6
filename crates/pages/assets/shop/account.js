// Signing in, registering, and the account with its orders.
import { html, useEffect, useState } from "/assets/shared/vendor/preact.js";
import { logIn, logOut, onLogin, tokens } from "/assets/shared/tokens.js";
import { shop } from "/assets/shared/this-shop.js";
import { api, noteOrdered } from "./shop.js";
import { mount } from "./shell.js";
import { Failed, Field, useAction } from "./parts.js";
import { OrderList } from "./order-list.js";

/** Where to go afterwards: a page of this shop, nothing else. */
const next = () => (new URLSearchParams(location.search).get("next") === "checkout" ? "checkout" : null);

const done = () => next() && location.assign(next());
const values = (event) => (event.preventDefault(), Object.fromEntries(new FormData(event.target)));

function SignIn() {
  const [send, busy, error] = useAction(async ({ email, password }) => (await logIn(email, password), noteOrdered(false), done()));
  return html`<form class="card stack" onSubmit=${(event) => send(values(event))}>
    <h2>Sign in</h2>
    ${error && html`<p class="notice notice-danger" role="alert">${error.status === 401 ? "No account fits this email and password." : error.message}</p>`}
    <${Field} name="email" label="Email" type="email" autocomplete="username" required />
    <${Field} name="password" label="Password" type="password" autocomplete="current-password" required />
    <button class="button button-primary" disabled=${busy}>Sign in</button>
    <p class="small"><a href="/reset.html">Forgotten your password?</a></p>
    ${shop.demo && html`<p class="notice small">In this demo: ${shop.demo.customer.email} with <span class="nowrap">${shop.demo.customer.password}</span></p>`}
  </form>`;
}

function Register() {
  const [send, busy, error] = useAction(async ({ new_email, new_password, ...names }) => {
    await api.post("/user/register/", { email: new_email, password: new_password, ...names });
    await logIn(new_email, new_password);
    noteOrdered(false);
    done();
  });
  const wrong = error?.fields ?? {};
  return html`<form class="card stack" onSubmit=${(event) => send(values(event))}>
    <h2>New here?</h2>
    ${error && !Object.keys(wrong).length && html`<p class="notice notice-danger" role="alert">${error.message}</p>`}
    <div class="pair"><${Field} name="first_name" label="First name" autocomplete="given-name" error=${wrong.first_name} />
      <${Field} name="last_name" label="Last name" autocomplete="family-name" error=${wrong.last_name} /></div>
    <${Field} name="new_email" label="Email" type="email" autocomplete="username" required error=${wrong.email} />
    <${Field} name="new_password" label="Password" type="password" autocomplete="new-password" required minlength="8" error=${wrong.password} hint="At least 8 characters, not a common one." />
    <button class="button" disabled=${busy}>Open an account</button>
  </form>`;
}

function Account() {
  const [user, setUser] = useState(null);
  const [error, setError] = useState(null);
  const load = () => (setError(null), api.get("/user/profile/").then(setUser, setError));
  useEffect(() => void load(), []);
  if (error) return html`<${Failed} error=${error} again=${load} />`;
  const name = user && (`${user.first_name} ${user.last_name}`.trim() || user.email);
  return html`<div class="row spread"><div><h1 tabindex="-1" class=${user ? "" : "skeleton"}>${user ? `Hello, ${name}` : "Hello"}</h1><p class="muted">${user?.email ?? " "}</p></div>
    <button class="button" onClick=${logOut}>Sign out</button></div>
    <h2 class="above">Your orders</h2><${OrderList} />`;
}

function Page() {
  const [known, setKnown] = useState(Boolean(tokens()));
  useEffect(() => onLogin(() => {
    setKnown(Boolean(tokens()));
    requestAnimationFrame(() => document.querySelector("#main").focus());
  }), []);
  if (known) return html`<${Account} />`;
  return html`<h1>Your account</h1><p class="muted">What is in your bag comes along when you sign in. <a href="orders">Orders of this browser</a></p>
    <div class="halves"><${SignIn} /><${Register} /></div>`;
}

mount(Page);
