// The console: who is signed in, and which page an address shows. Each page is a module of its own, fetched when needed.
import { html, render, useEffect, useState } from "./lib/preact.js";
import { current, onSignedOut, signOut } from "./lib/api.js";
import { useRoute } from "./lib/router.js";
import * as live from "./lib/live.js";
import { Shell } from "./ui/shell.js";
import { Empty, Problem, Waiting } from "./ui/states.js";

const PAGES = [
  [/^$/, "dashboard"],
  [/^orders$/, "orders"],
  [/^orders\/(\d+)$/, "order"],
  [/^products$/, "products"],
  [/^products\/(\d+|new)$/, "product"],
  [/^categories$/, "categories"],
  [/^customers$/, "customers"],
  [/^customers\/(\d+)$/, "customer"],
  [/^staff$/, "staff"],
  [/^exchange$/, "exchange"],
  [/^audit$/, "audit"],
  [/^settings$/, "settings"],
  [/^mails$/, "mails"],
  [/^mails\/(\d+)$/, "mail"],
];

function find(path) {
  for (const [pattern, name] of PAGES) {
    const match = path.match(pattern);
    if (match) return { name, id: match[1] };
  }
  return null;
}

function App() {
  const [user, setUser] = useState(undefined);
  const [error, setError] = useState(null);
  const { path } = useRoute();
  useEffect(() => {
    current().then(setUser, setError);
    onSignedOut(() => setUser(null));
  }, []);
  useEffect(() => (user ? live.start() : live.stop()), [user]);
  if (error) return html`<main class="lonely"><${Problem} error=${error} retry=${() => location.reload()} /></main>`;
  if (user === undefined) return html`<main class="lonely"><${Waiting} lines="3" /></main>`;
  if (!user) return html`<${Lazy} name="sign-in" onSignIn=${setUser} />`;
  return html`<${Shell} user=${user} path=${path} onSignOut=${() => signOut().then(() => setUser(null))}>
    <${View} key=${path} path=${path} user=${user} /><//>`;
}

function View({ path, user }) {
  useEffect(() => scrollTo(0, 0), []);
  const found = find(path);
  if (!found) return html`<div class="page"><h1>Not found</h1><${Empty} title="There is no such page">Choose one at the left.<//></div>`;
  return html`<${Lazy} ...${found} user=${user} />`;
}

/** A page's module, fetched once. */
function Lazy({ name, ...props }) {
  const [loaded, setLoaded] = useState(null);
  useEffect(() => {
    import(`./pages/${name}.js`).then((module) => setLoaded({ Page: module.default }), () => setLoaded({}));
  }, [name]);
  if (!loaded) return html`<div class="page"><${Waiting} lines="6" /></div>`;
  if (!loaded.Page) return html`<${Problem} error=${{ status: 0, message: "This page could not be fetched." }} retry=${() => location.reload()} />`;
  return html`<${loaded.Page} ...${props} />`;
}

const place = document.getElementById("app");
place.textContent = "";
render(html`<${App} />`, place);
