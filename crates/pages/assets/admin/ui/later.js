// What is fetched only when somebody asks for it, so that pages open sooner.
import { html, useEffect, useState } from "../lib/preact.js";

const later = (load) =>
  function Later(props) {
    const [loaded, setLoaded] = useState(null);
    useEffect(() => void load().then((module) => setLoaded({ Part: module.default })), []);
    return loaded && html`<${loaded.Part} ...${props} />`;
  };

export const Confirm = later(() => import("./confirm.js"));
export const Help = later(() => import("./help.js"));
export const Bulk = later(() => import("./bulk.js"));
