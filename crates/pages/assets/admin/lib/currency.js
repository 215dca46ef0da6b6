// The shop's currency, for amounts that come without one. Learned from the first product there is.
import { useEffect, useState } from "./preact.js";
import { get } from "./api.js";

let asked = null;

/** Its code; undefined until it is known, and in a shop without products. */
export function useCurrency() {
  const [code, setCode] = useState(undefined);
  useEffect(() => {
    asked ??= get("/products/?page_size=1").then(({ results }) => results[0]?.currency, () => (asked = null));
    asked.then((found) => setCode(found ?? undefined));
  }, []);
  return code;
}
