// How the console writes money, numbers and instants.

const cache = new Map();

/** `"59.97"` in `currency`, as people write it. Amounts are decimal strings; they are shown, never added up. */
export function money(amount, currency) {
  if (amount === null || amount === undefined) return "–";
  if (!currency) return amount;
  if (!cache.has(currency)) cache.set(currency, new Intl.NumberFormat(undefined, { style: "currency", currency }));
  return cache.get(currency).format(amount);
}

/** As short as it goes: `$1.2K`. */
export function roughly(amount, currency) {
  const style = currency ? { style: "currency", currency } : {};
  return new Intl.NumberFormat(undefined, { ...style, notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 }).format(amount);
}

export const number = (n) => Number(n ?? 0).toLocaleString();

/** `plural(2, "order")` → `2 orders` */
export const plural = (n, word, many = `${word}s`) => `${number(n)} ${n === 1 ? word : many}`;

const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });

export const date = (iso) => (iso ? DATE.format(new Date(iso)) : "–");
export const time = (iso) => (iso ? TIME.format(new Date(iso)) : "–");
/** A day of the API (UTC), without its year. */
export const day = (iso) => DAY.format(new Date(`${iso}T00:00:00Z`));

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const STEPS = [[60, "second"], [60, "minute"], [24, "hour"], [7, "day"]];

/** `3 minutes ago`; a date once that says more. */
export function ago(iso) {
  if (!iso) return "–";
  let span = (new Date(iso) - Date.now()) / 1000;
  if (Math.abs(span) < 5) return "just now";
  for (const [size, unit] of STEPS) {
    if (Math.abs(span) < size) return RELATIVE.format(Math.round(span), unit);
    span /= size;
  }
  return date(iso);
}

export const name = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");
export const title = (text) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll(/[-_.]/g, " ");
