// Line icons, drawn on a grid of 24.
import { html } from "../lib/preact.js";

const PATHS = {
  home: "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  products: "M4 8l8-4 8 4-8 4zM4 8v8l8 4 8-4V8M12 12v8",
  categories: "M4 6h6v4H4zM14 14h6v4h-6zM14 6h6v4h-6zM7 10v6h7",
  customers: "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 010 6M17.5 14.5c2.2.8 3.5 2.8 3.5 5.5",
  staff: "M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.500-7-10V6zM9 12l2 2 4-4",
  exchange: "M7 20V5M3.500 8.500L7 5l3.500 3.500M17 4v15M13.500 15.500L17 19l3.500-3.500",
  audit: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.500 2",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 9a2 2 0 100-4 2 2 0 000 4zM8 19a2 2 0 100-4 2 2 0 000 4z",
  mails: "M3 6h18v12H3zM3 7l9 7 9-7",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  search: "M10.500 17a6.500 6.500 0 100-13 6.500 6.500 0 000 13zM15.500 15.500L20 20",
  plus: "M12 5v14M5 12h14",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  check: "M5 12.500l4.500 4.500L19 7.500",
  clock: "M12 20a8 8 0 100-16 8 8 0 000 16zM12 8v4l2.500 1.500",
  gear: "M4 12a8 8 0 0114-5.300M20 12a8 8 0 01-14 5.300M18 3v4h-4M6 21v-4h4",
  truck: "M2 6h11v10H2zM13 9h4l4 4v3h-8M6.500 18.500a1.800 1.800 0 100-3.600 1.800 1.800 0 000 3.600zM17 18.500a1.800 1.800 0 100-3.600 1.800 1.800 0 000 3.600z",
  ban: "M12 20a8 8 0 100-16 8 8 0 000 16zM6.500 6.500l11 11",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.1",
  info: "M12 20a8 8 0 100-16 8 8 0 000 16zM12 11v5M12 8v.1",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  upload: "M12 16V5M7.500 9L12 4.500 16.500 9M5 20h14",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  moon: "M19 14.500A7.500 7.500 0 119.500 5a6 6 0 009.500 9.500z",
  sun: "M12 16a4 4 0 100-8 4 4 0 000 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600L7 7M17 17l1.400 1.400M5.600 18.400L7 17M17 7l1.400-1.400",
  key: "M3 7h18v10H3zM7 11h.1M12 11h.1M17 11h.1M8 14h8",
  out: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  shop: "M4 10l1-5h14l1 5M4 10c0 3 4 3 4 0 0 3 4 3 4 0 0 3 4 3 4 0 0 3 4 3 4 0M6 12.500V20h12v-7.500",
  user: "M12 12a4 4 0 100-8 4 4 0 000 8zM5 20c0-3.500 3-6 7-6s7 2.500 7 6",
  dot: "M12 15a3 3 0 100-6 3 3 0 000 6z",
};

/** An icon; decoration only, so what it means stands beside it or in a label. */
export const Icon = ({ name, size = 18 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]} /></svg>`;
