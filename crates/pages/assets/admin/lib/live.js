// What happens in the shop, for every page of the console: one socket, for as long as somebody is signed in.
import { useEffect, useRef } from "./preact.js";
import { live } from "/assets/shared/live.js";
import { post } from "./api.js";

const listeners = new Set();
const watchers = new Set();
let socket = null;
let state = "connecting";

const tell = (frame) => listeners.forEach((listener) => listener(frame));

function say(next) {
  state = next;
  watchers.forEach((watcher) => watcher(next));
}

export function start() {
  socket ??= live({
    ticket: async () => (await post("/ws/ticket/")).ticket,
    event: tell,
    reset: (topic) => tell({ type: "reset", topic }),
    state: (open) => say(open ? "live" : "offline"),
  });
  for (const topic of ["orders", "products"]) socket.follow(topic);
}

export function stop() {
  socket?.stop();
  socket = null;
}

/** Calls `act(frame)` for every event, and for a `reset`, after which everything has to be fetched anew. */
export function useLive(act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const listener = (frame) => latest.current(frame);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
}

/** Follows `live`, `connecting` or `offline`. Returns how to stop. */
export function watch(watcher) {
  watchers.add(watcher);
  watcher(state);
  return () => watchers.delete(watcher);
}
