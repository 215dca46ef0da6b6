// The pages that links in mails lead to: a new password, and the word that an address is somebody's own. They are served
// whatever the storefront is, unless it has pages of these names itself.
import { html, render, useEffect, useState } from "./vendor/preact.js";
import { client } from "./api.js";
import { shop } from "./this-shop.js";

const api = client();
const token = new URLSearchParams(location.search).get("token") ?? "";
// Whoever looks over the shoulder, or into the history, must not find it.
history.replaceState(null, "", location.pathname);

const Told = ({ kind, children }) => html`<p class=${`notice notice-${kind}`} role=${kind === "danger" ? "alert" : "status"}>${children}</p>`;
const words = (error) => Object.values(error.fields)[0] ?? error.message;

/** Runs `work` and keeps what came of it: `{busy, done, error}`. */
function useWork(work) {
  const [state, set] = useState({});
  const run = (given) => {
    set({ busy: true });
    work(given).then(() => set({ done: true }), (error) => set({ error }));
  };
  return [state, run];
}

function Ask() {
  const [{ busy, done, error }, send] = useWork((email) => api.post("/user/password_reset/", { email }));
  const submit = (event) => (event.preventDefault(), send(new FormData(event.target).get("email")));
  if (done) return html`<${Told} kind="ok">If an account has this address, a link to set a new password is on its way. It works for an hour.<//>`;
  return html`<form class="stack" onSubmit=${submit}>
    ${error && html`<${Told} kind="danger">${words(error)}<//>`}
    <p class="muted">Tell us your address, and we send you a link.</p>
    <div class="field"><label for="email">Email</label><input id="email" name="email" type="email" autocomplete="username" required /></div>
    <button class="button button-primary" disabled=${busy}>Send the link</button>
  </form>`;
}

function Reset() {
  const [{ busy, done, error }, send] = useWork((new_password) => api.post("/user/password_reset/confirm/", { token, new_password }));
  const submit = (event) => (event.preventDefault(), send(new FormData(event.target).get("password")));
  if (!token) return html`<h1>Forgotten your password?</h1><${Ask} />`;
  if (done) return html`<h1>A new password</h1><${Told} kind="ok">It is set, and every other login of the account has ended. You can sign in with it now.<//><p><a href="/">To the shop</a></p>`;
  return html`<h1>A new password</h1>
    <form class="stack" onSubmit=${submit}>
      ${error && html`<${Told} kind="danger">${words(error)}<//>`}
      <div class="field"><label for="password">New password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required aria-describedby="hint" />
        <span class="hint" id="hint">At least 8 characters, not a common one.</span></div>
      <button class="button button-primary" disabled=${busy}>Set it</button>
      ${error && !error.fields.new_password && html`<p><a href="/reset.html">Ask for a new link</a></p>`}
    </form>`;
}

function Confirm() {
  const [{ done, error }, send] = useWork(() => api.post("/user/confirm_email/", { token }));
  useEffect(() => send(), []);
  return html`<h1>Your address</h1>
    ${done && html`<${Told} kind="ok">Thank you: this address is yours.<//>`}
    ${error && html`<${Told} kind="danger">${words(error)}<//><p class="muted">Links work once. Sign in to be sent another one.</p>`}
    ${!done && !error && html`<p class="muted" role="status">One moment …</p>`}
    <p><a href="/">To the shop</a></p>`;
}

document.title += ` – ${shop.name}`;
const place = document.querySelector("main");
const Page = place.id === "reset" ? Reset : Confirm;
place.replaceChildren();
render(html`<${Page} />`, place);
