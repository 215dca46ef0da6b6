// Who comes in. The same limits and words as for API tokens.
import { html, useEffect, useState } from "../lib/preact.js";
import { shop } from "/assets/shared/this-shop.js";
import { signIn } from "../lib/api.js";
import { Input } from "../ui/form.js";

export default function SignIn({ onSignIn }) {
  const [state, setState] = useState({});
  useEffect(() => {
    document.title = `Sign in · ${shop.name} console`;
    document.querySelector("main input")?.focus();
  }, []);
  const send = async (event) => {
    event.preventDefault();
    const { email, password } = event.target.elements;
    setState({ busy: true });
    try {
      onSignIn(await signIn(email.value.trim(), password.value));
    } catch (error) {
      setState({ error: WORDS[error.status] ?? error.message });
      password.select();
    }
  };
  return html`<main class="lonely"><div class="sign-in">
    <img src="/assets/shared/icon.svg" width="44" height="44" alt="" />
    <h1>${shop.name}</h1><p class="quiet">The console is for the shop's staff.</p>
    <form class="card card-body" onSubmit=${send}>
      ${state.error && html`<p class="notice is-danger" role="alert">${state.error}</p>`}
      <${Input} label="Email" name="email" type="email" autocomplete="username" required />
      <${Input} label="Password" name="password" type="password" autocomplete="current-password" required />
      <button class="button button-primary button-wide" disabled=${state.busy}>${state.busy ? "Signing in…" : "Sign in"}</button>
    </form>
    ${shop.demo && html`<p class="notice">In this demo: ${shop.demo.staff.email}<br />with <span class="nowrap">${shop.demo.staff.password}</span></p>`}
    <p class="quiet"><a href="/">To the shop</a> · <a href="/api/docs/">API</a></p>
  </div></main>`;
}

const WORDS = {
  401: "Email or password is wrong.",
  403: "This account is a customer's. Ask an owner of the shop to make you a member of the staff.",
};
