// What each role may do. The API decides; this only spares people buttons that would be refused.
const ALL = ["owner", "manager", "fulfilment", "read-only"];
const MAY = {
  orders: ["owner", "manager", "fulfilment"],
  stock: ["owner", "manager", "fulfilment"],
  catalogue: ["owner", "manager"],
  customers: ["owner", "manager"],
  mails: ["owner", "manager"],
  owner: ["owner"],
};

export const ROLES = {
  owner: "Everything, staff and settings too",
  manager: "Orders, products, customers, imports",
  fulfilment: "Moves orders on, counts stock",
  "read-only": "Looks at everything, changes nothing",
};

/** Whether `user` may do `what`, a key of the table above. */
export const may = (user, what) => (MAY[what] ?? ALL).includes(user?.role);
