// What the status of an order is called: the same words in the shop, in the console and in the API.

/** Every status, in the order they are told of. */
export const STATUSES = ["pending", "processing", "shipped", "delivered", "cancelled"];

/** Those an order goes through when all goes well. */
export const STEPS = STATUSES.slice(0, 4);

/** `shipped` → `Shipped` */
export const statusName = (status) => status.charAt(0).toUpperCase() + status.slice(1);

/** The steps as a list, as far as they are behind it: `{name, done, now}`. */
export const stepsOf = (status) => STEPS.map((step, place) => ({ name: statusName(step), done: place <= STEPS.indexOf(status), now: step === status }));
