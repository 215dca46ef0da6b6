// What stands where data would: nothing yet, nothing at all, or what went wrong.
import { html } from "../lib/preact.js";
import { Icon } from "./icons.js";

/** A grey bar of the size of what comes. */
export const Skeleton = ({ width = "100%", height = "1em" }) => html`
  <span class="skeleton" style=${{ width, height }} aria-hidden="true"></span>`;

/** Lines of skeletons for a card. */
export const Waiting = ({ lines = 4 }) => html`
  <div class="waiting" role="status" aria-label="Loading">
    ${Array.from({ length: lines }, (_, i) => html`<${Skeleton} width=${`${90 - ((i * 17) % 40)}%`} />`)}
  </div>`;

/** Nothing there, and what to do about it. */
export const Empty = ({ icon = "search", title, children }) => html`
  <div class="empty"><span class="empty-icon"><${Icon} name=${icon} size="24" /></span>
    <h2>${title}</h2><p>${children}</p></div>`;

/** What went wrong, with a way to try again where that helps. */
export const Problem = ({ error, retry }) => html`
  <div class="empty" role="alert"><span class="empty-icon is-danger"><${Icon} name="alert" size="24" /></span>
    <h2>${TITLES[error.status] ?? "This could not be loaded"}</h2><p>${error.message}</p>
    ${retry && error.status !== 403 && error.status !== 404 && html`<button class="button" onClick=${retry}>Try again</button>`}
  </div>`;

const TITLES = { 0: "No connection", 403: "Not for your role", 404: "Not found" };
