// The event log, as it grows: one socket for the whole console, which resumes where it was.
import { useEffect, useRef } from "./preact.js";
import { post } from "./api.js";

const TOPICS = ["orders", "products"];
const seen = {}; // the last `seq` of each topic
const listeners = new Set();
const watchers = new Set();
let socket = null;
let running = false;
let wait = 1000;
let state = "connecting";

function say(next) {
  state = next;
  watchers.forEach((watch) => watch(next));
}

async function connect() {
  if (!running) return;
  try {
    const { ticket } = await post("/ws/ticket/");
    if (!running) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/?ticket=${encodeURIComponent(ticket)}`);
  } catch (error) {
    say("offline");
    if (error.status !== 401 && error.status !== 403) again(wait);
    return;
  }
  socket.onopen = () => {
    wait = 1000;
    say("live");
    for (const topic of TOPICS) socket.send(JSON.stringify({ type: "subscribe", topic, after: seen[topic] }));
  };
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = ({ code }) => {
    if (!running) return;
    say("offline");
    again(code === 1012 ? 100 : wait);
  };
}

function again(after) {
  wait = Math.min(wait * 2, 30_000);
  setTimeout(connect, after);
}

function hear(frame) {
  if (frame.topic && frame.seq) seen[frame.topic] = frame.seq;
  if (frame.type === "event" || frame.type === "reset") listeners.forEach((listener) => listener(frame));
}

export function start() {
  if (running) return;
  running = true;
  connect();
}

export function stop() {
  running = false;
  socket?.close();
  for (const topic of TOPICS) delete seen[topic];
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
