// What a page shows comes from one address of the API, and stays on the screen while newer data is on its way.
import { useState, useEffect, useRef, useCallback } from "./preact.js";
import { get } from "./api.js";

/**
 * Fetches `path` (null: nothing yet). `{data, error, busy, from, reload, set}`: `from` is the path of what is shown,
 * `reload()` fetches anew without a skeleton, `set(change)` changes what is shown until then.
 */
export function useLoad(path) {
  const [state, setState] = useState({ data: null, error: null, busy: true });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    if (!path) return;
    const mine = ++turn.current;
    setState((old) => ({ ...old, busy: true }));
    try {
      const data = await get(path);
      if (mine === turn.current) setState({ data, error: null, busy: false, from: path });
    } catch (error) {
      if (mine === turn.current) setState((old) => ({ ...old, data: error.status === 0 ? old.data : null, error, busy: false }));
    }
  }, [path]);
  useEffect(() => {
    reload();
    return () => void turn.current++;
  }, [reload]);
  const set = useCallback((change) => setState((old) => ({ ...old, data: old.data && change(old.data) })), []);
  return { ...state, reload, set };
}

/** Calls `act` at most once in `wait` milliseconds, after the last call. */
export function useDebounced(act, wait = 250) {
  const timer = useRef(0);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback((...given) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(...given), wait);
  }, [wait]);
}

/** Calls `act` at once, and again once in `wait` milliseconds at most, however often it is asked for. */
export function useThrottled(act, wait) {
  const timer = useRef(0);
  const last = useRef(-Infinity);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    if (timer.current) return;
    const run = () => {
      timer.current = 0;
      last.current = performance.now();
      latest.current();
    };
    timer.current = setTimeout(run, Math.max(0, last.current + wait - performance.now()));
  }, [wait]);
}

/** Every entry of a paged list, for choices that are small. */
export async function all(path) {
  const found = [];
  for (let next = path; next; ) {
    const page = await get(next);
    found.push(...page.results);
    const url = page.next && new URL(page.next);
    next = url && url.pathname + url.search;
  }
  return found;
}

/** What `all` finds, as a state: null until it is there. */
export function useAll(path) {
  const [found, setFound] = useState(null);
  const reload = useCallback(() => all(path).then(setFound, () => setFound([])), [path]);
  useEffect(() => void reload(), [reload]);
  return [found, reload];
}
