// Calls to the shop's API: JSON in, JSON out, one kind of error. Who the caller is, an `auth` says:
//   headers()          what every request carries, e.g. { authorization: "Bearer …" }; may be a promise
//   refused(path)      after a 401: whether asking once more makes sense now, e.g. with a new token; may be a promise
//   words(status, body)  better words for an error, where there are some
// `tokens.js` is one for accounts of customers, the console has one for the cookie of the staff.

/** What the shop answered instead of doing it. `message` can be shown as it is. */
export class ApiError extends Error {
  constructor(status, body, { retryAfter, words } = {}) {
    super(words?.(status, body) ?? sentence(status, body));
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

/** A client: `get(path, query?)`, `post|put|patch(path, body?, options?)`, `delete(path)`; `raw(method, path, body?,
 *  options?)` gives the answer itself, whose body is still to come. Options: `key` (an Idempotency-Key), `headers`,
 *  `signal`. */
export function client(auth = {}) {
  async function raw(method, path, body, options = {}, again = true) {
    const headers = { accept: "application/json", ...(await auth.headers?.()), ...options.headers };
    if (options.key) headers["idempotency-key"] = options.key;
    const plain = body === undefined || body instanceof FormData || body instanceof Blob;
    if (!plain) headers["content-type"] = "application/json";
    const init = { method, headers, body: plain ? body : JSON.stringify(body), signal: options.signal };
    const answer = await fetch(path, init).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new ApiError(0, null);
    });
    if (answer.ok) return answer;
    if (answer.status === 401 && again && (await auth.refused?.(path))) return raw(method, path, body, options, false);
    const retryAfter = Number(answer.headers.get("retry-after")) || undefined;
    throw new ApiError(answer.status, await read(answer), { retryAfter, words: auth.words });
  }
  const request = async (...given) => read(await raw(...given));
  const get = (path, query, options) => request("GET", query ? `${path}?${new URLSearchParams(query)}` : path, undefined, options);
  const sending = (method) => (path, body, options) => request(method, path, body, options);
  return { raw, request, get, post: sending("POST"), put: sending("PUT"), patch: sending("PATCH"), delete: sending("DELETE") };
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

/** The messages below a field as one text; those of its parts say which part they are about. */
const flat = (said) =>
  typeof said !== "object" || !said ? String(said)
  : Array.isArray(said) ? said.map(flat).filter(Boolean).join(" ")
  : Object.entries(said).map(([part, why]) => `${part}: ${flat(why)}`).join(" ");

/** Field → message, of what a 400 says about fields: all of its body, or a part such as `contact`. */
export const messages = (about) =>
  Object.fromEntries(Object.entries(about && typeof about === "object" ? about : {}).map(([field, said]) => [field, flat(said)]));

const fieldsOf = (status, body) => (status !== 400 || body?.detail || body?.error ? {} : messages(body));

function sentence(status, body) {
  if (status === 0) return "The shop can’t be reached. Check the connection and try again.";
  const text = body?.error ?? body?.detail;
  if (typeof text === "string") return text;
  const fields = Object.entries(fieldsOf(status, body));
  const named = ([field, said]) => (field === "non_field_errors" ? said : `${field.replaceAll("_", " ")}: ${said}`);
  if (fields.length) return fields.map(named).join(" ");
  return status >= 500 ? "Something went wrong at the shop. Try again in a moment." : `The shop said no (${status}).`;
}
