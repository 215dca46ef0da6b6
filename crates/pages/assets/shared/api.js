// Calls to the shop's API: JSON in, JSON out, one kind of error. Who the caller is, an `auth` says:
//   headers()  what every request carries, e.g. { authorization: "Bearer …" }; may be a promise
//   refused()  after a 401: whether asking once more makes sense now, e.g. with a new token; may be a promise
// `tokens.js` is one for accounts of customers.

/** What the shop answered instead of doing it. `message` can be shown as it is. */
export class ApiError extends Error {
  constructor(status, body, retryAfter) {
    super(sentence(status, body));
    /** The HTTP status; 0 when no answer came. */
    this.status = status;
    /** The body as it came, e.g. `{error: "Insufficient stock", items: […]}`. */
    this.body = body;
    /** Field → message, of a 400 that is about fields. */
    this.fields = fieldsOf(status, body);
    /** Seconds to wait, when the shop says so. */
    this.retryAfter = retryAfter;
  }
}

/** A client: `get(path, query?)`, `post|put|patch(path, body?, options?)`, `delete(path)`. Options: `key` (an
 *  Idempotency-Key), `headers`, `signal`. */
export function client(auth = {}) {
  async function request(method, path, body, options = {}, again = true) {
    const headers = { accept: "application/json", ...(await auth.headers?.()), ...options.headers };
    if (options.key) headers["idempotency-key"] = options.key;
    const form = body instanceof FormData || body instanceof Blob;
    if (body !== undefined && !form) headers["content-type"] = "application/json";
    const init = { method, headers, body: body === undefined || form ? body : JSON.stringify(body), signal: options.signal };
    const answer = await fetch(path, init).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new ApiError(0, null);
    });
    if (answer.status === 401 && again && (await auth.refused?.())) return request(method, path, body, options, false);
    const said = await read(answer);
    if (!answer.ok) throw new ApiError(answer.status, said, Number(answer.headers.get("retry-after")) || undefined);
    return said;
  }
  const get = (path, query, options) => request("GET", query ? `${path}?${new URLSearchParams(query)}` : path, undefined, options);
  const sending = (method) => (path, body, options) => request(method, path, body, options);
  return { request, get, post: sending("POST"), put: sending("PUT"), patch: sending("PATCH"), delete: sending("DELETE") };
}

/** A key under which a request has its effect once, however often it is sent. */
export const newKey = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function read(answer) {
  const text = await answer.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function fieldsOf(status, body) {
  if (status !== 400 || !body || typeof body !== "object") return {};
  const lists = Object.entries(body).filter(([, messages]) => Array.isArray(messages) && typeof messages[0] === "string");
  return Object.fromEntries(lists.map(([field, messages]) => [field, messages.join(" ")]));
}

function sentence(status, body) {
  if (status === 0) return "The shop can’t be reached. Check the connection and try again.";
  const text = body?.error ?? body?.detail;
  if (typeof text === "string") return text;
  const fields = Object.values(fieldsOf(status, body));
  if (fields.length) return fields.join(" ");
  return status >= 500 ? "Something went wrong at the shop. Try again in a moment." : `The shop said no (${status}).`;
}
