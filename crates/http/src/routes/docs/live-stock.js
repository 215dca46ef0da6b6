const shelf = document.querySelector("#shelf"), state = document.querySelector("#state");
const get = async (path) => (await fetch(path)).json();
const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body });
let seen; // the last event this page knows

async function fill() { // first the place in the log, then the shelf: what happens in between is told again
  seen = (await get("/events/")).after;
  const { results } = await get("/products/?in_stock=true&page_size=100");
  shelf.replaceChildren(...results.filter((product) => !product.has_variants).slice(0, 12).map(row));
}
function row({ id, name, stock }) {
  const line = Object.assign(document.createElement("tr"), { id: `product-${id}` });
  const buy = Object.assign(document.createElement("button"), { textContent: "Buy one", className: "button button-small" });
  buy.onclick = async () => {
    const added = await post("/cart/add/", JSON.stringify({ product_id: id }));
    const placed = added.ok && (await post("/order/place_order/"));
    state.textContent = placed.ok ? "Bought." : "That could not be bought.";
  };
  for (const content of [name, stock, buy]) line.insertCell().append(content);
  line.cells[1].className = "number";
  return line;
}
function follow() {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/products/?after=${seen}`);
  socket.onopen = () => (state.textContent = "Connected.");
  socket.onclose = () => ((state.textContent = "Reconnecting…"), setTimeout(follow, 1000));
  socket.onmessage = async ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "reset") await fill(); // away for too long: begin anew
    if (frame.type !== "event") return;
    seen = frame.seq;
    const cell = document.querySelector(`#product-${frame.data.id}`)?.cells[1];
    if (!cell || frame.data.stock === undefined) return;
    cell.replaceChildren(Object.assign(document.createElement("span"), { textContent: frame.data.stock, className: "changed" }));
  };
}
fill().then(follow);
