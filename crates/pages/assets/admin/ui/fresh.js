// Rows that have just changed, so that they can be shown for a moment.
import { useEffect, useRef, useState } from "../lib/preact.js";

/** The ids that changed in the last seconds, and a function that adds one. */
export function useFresh() {
  const [ids, setIds] = useState(new Set());
  const timers = useRef([]);
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  const mark = (id) => {
    setIds((old) => new Set(old).add(id));
    timers.current.push(setTimeout(() => setIds((old) => new Set([...old].filter((other) => other !== id))), 6000));
  };
  return [ids, mark];
}
