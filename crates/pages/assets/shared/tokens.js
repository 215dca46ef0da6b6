// The login of a customer: an access token for minutes and a refresh token that is good once. Kept in localStorage, so
// that all tabs share it; only one of them at a time may use the refresh token up.
import { client } from "./api.js";

const PLACE = "oxcart.tokens";
const plain = client();

/** `{access, refresh}`, or null when nobody is logged in. */
export const tokens = () => JSON.parse(localStorage.getItem(PLACE) ?? "null");

function keep(pair) {
  if (pair) localStorage.setItem(PLACE, JSON.stringify(pair));
  else localStorage.removeItem(PLACE);
  dispatchEvent(new Event("login"));
}

/** Calls `tell` when somebody logs in or out, in this tab or another. */
export function onLogin(tell) {
  addEventListener("login", tell);
  addEventListener("storage", (event) => event.key === PLACE && tell());
}

/** Logs in; the cart of this browser comes along. */
export async function logIn(email, password) {
  keep(await plain.post("/api/token/", { email, password }));
}

/** Ends the login everywhere it counts; in this browser even if the shop can't be reached. */
export async function logOut() {
  const pair = tokens();
  keep(null);
  if (pair) await plain.post("/api/token/blacklist/", { refresh: pair.refresh }).catch(() => {});
}

async function refresh(used) {
  const pair = tokens();
  if (!pair) return false;
  if (pair.access !== used) return true; // another tab was quicker
  try {
    keep({ ...pair, ...(await plain.post("/api/token/refresh/", { refresh: pair.refresh })) });
    return true;
  } catch (error) {
    if (error.status === 401) keep(null);
    return error.status === 401; // ask once more, as nobody
  }
}

let used;

/** For `client` of api.js. */
export const auth = {
  headers() {
    used = tokens()?.access;
    return used ? { authorization: `Bearer ${used}` } : {};
  },
  refused() {
    const stale = used;
    // Locks are there where the page came safely (https, or this machine); elsewhere two tabs rarely meet.
    return navigator.locks ? navigator.locks.request(PLACE, () => refresh(stale)) : refresh(stale);
  },
};
