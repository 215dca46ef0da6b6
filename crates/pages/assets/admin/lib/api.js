// The public API with the console's cookie session. The cookie counts only beside the header `X-CSRFToken`.
import { client } from "/assets/shared/api.js";

const SESSION = "/staff/session/";
/** What the API says when a role is all that is missing. */
const NOT_ALLOWED = "You do not have permission to perform this action.";

let csrf = null;
const signedOut = new Set();

const api = client({
  headers: () => (csrf ? { "x-csrftoken": csrf } : {}),
  refused(path) {
    if (path !== SESSION) signedOut.forEach((listener) => listener());
  },
  words(status, body) {
    const said = body?.error ?? body?.detail;
    if (status === 403 && (!said || said === NOT_ALLOWED)) return "Your role may not do this. Ask an owner of the shop if you need it.";
  },
});

export const { get, post, patch, raw } = api;
export const remove = api.delete;

/** Calls `listener` when the API says that nobody is signed in any more. */
export const onSignedOut = (listener) => signedOut.add(listener);

async function begin(answer) {
  const session = await answer;
  csrf = session.csrf_token;
  return session.user;
}

/** Whoever this browser is signed in as; null for nobody. */
export const current = () =>
  begin(get(SESSION)).catch((error) => {
    if (error.status === 401 || error.status === 403) return null;
    throw error;
  });

export const signIn = (email, password) => begin(post(SESSION, { email, password }));

export async function signOut() {
  await remove(SESSION).catch(() => null);
  csrf = null;
}

/** Hands a file that the API makes to the browser's downloads. */
export async function download(path, name) {
  const blob = await (await raw("GET", path)).blob();
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** `path` with those of `params` that say something. */
export function address(path, params) {
  const said = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(said).toString();
  return query ? `${path}?${query}` : path;
}
