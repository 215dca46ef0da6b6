// Short messages at the corner, read out by screen readers.
const listeners = new Set();
let last = 0;

/** Says something: `{kind: "ok"|"danger"|"info", text, href?}`. Problems stay longer. */
export function toast(message) {
  listeners.forEach((listener) => listener({ id: ++last, kind: "ok", ...message }));
}

export const failed = (error) => toast({ kind: "danger", text: error.message });
export const onToast = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
