// Calls to the public API with the console's cookie session. The cookie counts only beside the header `X-CSRFToken`.

let csrf = null;
const signedOut = new Set();

/** Calls `listener` when the API says that nobody is signed in any more. */
export const onSignedOut = (listener) => signedOut.add(listener);

/** What the API answered when it did not do what it was asked. `fields` holds its words for each field, if it has any. */
export class ApiError extends Error {
  constructor(status, body) {
    super(words(status, body));
    this.status = status;
    this.body = body;
    this.fields = status === 400 && body && !body.detail && !body.error ? body : {};
  }
}

/** What the API says when a role is all that is missing. */
const NOT_ALLOWED = "You do not have permission to perform this action.";

function words(status, body) {
  if (status === 0) return "The shop does not answer. Check your connection and try again.";
  const said = body?.error ?? body?.detail;
  if (status === 403 && (!said || said === NOT_ALLOWED)) return "Your role may not do this. Ask an owner of the shop if you need it.";
  if (typeof said === "string") return said;
  const fields = Object.entries(body ?? {}).map(([field, why]) => named(field, [why].flat(3).map(flat).join(" ")));
  if (status === 400 && fields.length) return fields.join(" ");
  return status >= 500 ? "The shop has a problem. Try again in a moment." : `The shop refused this (${status}).`;
}

const named = (field, why) => (field === "non_field_errors" ? why : `${field.replaceAll("_", " ")}: ${why}`);
const flat = (why) => (typeof why === "object" && why ? Object.entries(why).map(([f, w]) => `${f}: ${[w].flat()}`).join(" ") : why);

/** The raw answer. `body` is sent as JSON unless it is a form or a file. Throws `ApiError` unless it is a success. */
export async function fetchApi(method, path, body) {
  const headers = { accept: "application/json" };
  if (csrf) headers["x-csrftoken"] = csrf;
  const plain = body instanceof FormData || body instanceof Blob;
  if (body !== undefined && !plain) headers["content-type"] = "application/json";
  const sent = body === undefined || plain ? body : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, null);
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => null);
  if (answer.status === 401 && path !== SESSION) signedOut.forEach((listener) => listener());
  throw new ApiError(answer.status, said);
}

async function call(method, path, body) {
  const answer = await fetchApi(method, path, body);
  return answer.status === 204 ? null : answer.json();
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);

const SESSION = "/staff/session/";

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
  const blob = await (await fetchApi("GET", path)).blob();
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
