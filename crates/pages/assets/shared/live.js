// The live events of the shop over one WebSocket (docs/LIVE.md). It comes back by itself and goes on after the last
// event it saw, so that nothing is missed.

/** Follows topics until `stop()`.
 *  - `ticket()`: a promise of a ticket from `POST /ws/ticket/`, or of nothing for who has a cookie or is nobody
 *  - `event(frame)`: what happened, in order
 *  - `reset(topic)`: it can't be told what was missed: fetch anew
 *  - `state(open)`: whether the connection is there
 *  Returns `{follow(topic), leave(topic), restart(), stop()}`; `restart` when who the caller is has changed. */
export function live({ ticket = async () => undefined, event, reset = () => {}, state = () => {} }) {
  const seen = new Map(); // topic → the last `seq`, undefined before the first
  let socket, timer, turn = 0, stopped = false, attempts = 0;
  const send = (frame) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
  const subscribe = (topic) => send({ type: "subscribe", topic, after: seen.get(topic) });

  async function open() {
    clearTimeout(timer);
    if (stopped || !seen.size) return;
    const at = ++turn; // whoever opens later is the one that counts
    let pass;
    try {
      pass = await ticket();
    } catch {
      if (at === turn) state(false), later();
      return;
    }
    if (at !== turn || stopped) return;
    const mine = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${pass ? `?ticket=${pass}` : ""}`);
    socket = mine;
    mine.onopen = () => {
      attempts = 0;
      state(true);
      seen.forEach((_, topic) => subscribe(topic));
    };
    mine.onmessage = ({ data }) => mine === socket && take(JSON.parse(data));
    mine.onclose = ({ code }) => {
      if (mine !== socket) return;
      state(false);
      later(code);
    };
  }

  function later(code) {
    if (stopped) return;
    const wait = code === 1012 ? 100 : Math.min(1000 * 2 ** attempts++, 15000);
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
  }

  function take(frame) {
    if (!seen.has(frame.topic)) return;
    if (frame.seq) seen.set(frame.topic, frame.seq);
    if (frame.type === "event") event(frame);
    if (frame.type === "reset") reset(frame.topic);
  }

  function drop() {
    turn++;
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.close();
  }

  return {
    follow(topic) {
      if (seen.has(topic)) return;
      seen.set(topic, undefined);
      if (socket) subscribe(topic);
      else open();
    },
    leave(topic) {
      if (seen.delete(topic)) send({ type: "unsubscribe", topic });
    },
    restart() {
      drop();
      seen.forEach((_, topic) => seen.set(topic, undefined));
      attempts = 0;
      open();
    },
    stop() {
      stopped = true;
      drop();
    },
  };
}
