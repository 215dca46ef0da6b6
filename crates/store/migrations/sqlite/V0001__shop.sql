-- The shop's first schema. Money: minor units. Instants: microseconds since 1970, UTC. JSON: text. Flags: 0 or 1.

CREATE TABLE users (
    id integer PRIMARY KEY AUTOINCREMENT,
    email text NOT NULL,
    email_key text NOT NULL CONSTRAINT users_email_key UNIQUE,
    password text NOT NULL,
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    is_active integer NOT NULL DEFAULT 1,
    is_staff integer NOT NULL DEFAULT 0,
    is_superuser integer NOT NULL DEFAULT 0,
    auth_version integer NOT NULL DEFAULT 1,
    date_joined integer NOT NULL,
    last_login integer
);

-- A family is one login and everything refreshed from it.
CREATE TABLE token_families (
    id text PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at integer NOT NULL,
    expires_at integer NOT NULL,
    revoked_at integer
);
CREATE INDEX token_families_user ON token_families (user_id);
CREATE INDEX token_families_expiry ON token_families (expires_at);

CREATE TABLE refresh_tokens (
    jti text PRIMARY KEY,
    family_id text NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
    expires_at integer NOT NULL,
    used_at integer
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);

CREATE TABLE sessions (
    id integer PRIMARY KEY AUTOINCREMENT,
    key_hash text NOT NULL CONSTRAINT sessions_key_hash UNIQUE,
    created_at integer NOT NULL,
    expires_at integer NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE categories (
    id integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL,
    name_key text NOT NULL,
    slug text NOT NULL CONSTRAINT categories_slug UNIQUE,
    description text NOT NULL DEFAULT '',
    parent_id integer REFERENCES categories (id) ON DELETE SET NULL,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE INDEX categories_parent ON categories (parent_id);

-- A product that is deleted stays, archived: orders and the stock ledger still tell of it.
CREATE TABLE products (
    id integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL,
    name_key text NOT NULL,
    slug text NOT NULL,
    description text NOT NULL DEFAULT '',
    vendor text NOT NULL DEFAULT '',
    tags text NOT NULL DEFAULT '[]',
    options text NOT NULL DEFAULT '[]',
    search_text text NOT NULL,
    category_id integer REFERENCES categories (id) ON DELETE SET NULL,
    price integer NOT NULL CHECK (price >= 0),
    published integer NOT NULL DEFAULT 1,
    revision integer NOT NULL DEFAULT 1,
    created_at integer NOT NULL,
    updated_at integer NOT NULL,
    archived_at integer
);
CREATE UNIQUE INDEX products_slug ON products (slug) WHERE archived_at IS NULL;
CREATE INDEX products_category ON products (category_id) WHERE archived_at IS NULL;
CREATE INDEX products_by_price ON products (price, id) WHERE archived_at IS NULL;
CREATE INDEX products_by_name ON products (name_key, id) WHERE archived_at IS NULL;
CREATE INDEX products_by_creation ON products (created_at, id) WHERE archived_at IS NULL;

CREATE TABLE variants (
    id integer PRIMARY KEY AUTOINCREMENT,
    product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    sku text,
    option_values text NOT NULL DEFAULT '[]',
    price integer NOT NULL CHECK (price >= 0),
    compare_at integer CHECK (compare_at >= 0),
    stock integer NOT NULL CONSTRAINT variants_stock_not_negative CHECK (stock >= 0),
    grams integer NOT NULL DEFAULT 0 CHECK (grams >= 0),
    barcode text,
    image text,
    position integer NOT NULL DEFAULT 1,
    revision integer NOT NULL DEFAULT 1,
    archived_at integer
);
CREATE UNIQUE INDEX variants_sku ON variants (sku) WHERE archived_at IS NULL;
CREATE INDEX variants_product ON variants (product_id, position, id) WHERE archived_at IS NULL;

CREATE TABLE product_images (
    product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position integer NOT NULL,
    url text NOT NULL,
    alt text NOT NULL DEFAULT '',
    PRIMARY KEY (product_id, position)
);

-- The ledger: the sum of a variant's movements is its stock.
CREATE TABLE stock_movements (
    id integer PRIMARY KEY AUTOINCREMENT,
    variant_id integer NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    delta integer NOT NULL,
    level integer NOT NULL CHECK (level >= 0),
    reason text NOT NULL CHECK (reason IN ('initial', 'adjustment', 'import', 'order', 'cancellation')),
    order_id integer,
    actor_id integer,
    at integer NOT NULL
);
CREATE INDEX stock_movements_variant ON stock_movements (variant_id, id);
CREATE INDEX stock_movements_order ON stock_movements (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE carts (
    id integer PRIMARY KEY AUTOINCREMENT,
    user_id integer CONSTRAINT carts_user_id UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    session_id integer CONSTRAINT carts_session_id UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
    version integer NOT NULL DEFAULT 1,
    updated_at integer NOT NULL,
    CHECK ((user_id IS NULL) <> (session_id IS NULL))
);

CREATE TABLE cart_lines (
    id integer PRIMARY KEY AUTOINCREMENT,
    cart_id integer NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    product_id integer NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    variant_id integer NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    quantity integer NOT NULL CHECK (quantity > 0),
    added_at integer NOT NULL,
    CONSTRAINT cart_lines_cart_id_variant_id UNIQUE (cart_id, variant_id)
);
CREATE INDEX cart_lines_variant ON cart_lines (variant_id);
CREATE INDEX cart_lines_product ON cart_lines (product_id);

CREATE TABLE orders (
    id integer PRIMARY KEY AUTOINCREMENT,
    number text NOT NULL CONSTRAINT orders_number UNIQUE,
    user_id integer REFERENCES users (id) ON DELETE SET NULL,
    session_id integer,
    status text NOT NULL CHECK (status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')),
    total integer NOT NULL CHECK (total >= 0),
    currency text NOT NULL,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);
CREATE INDEX orders_user ON orders (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX orders_session ON orders (session_id, id) WHERE session_id IS NOT NULL;
CREATE INDEX orders_status ON orders (status, id);
CREATE INDEX orders_by_creation ON orders (created_at, id);

CREATE TABLE order_lines (
    order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position integer NOT NULL,
    product_id integer NOT NULL,
    variant_id integer NOT NULL,
    sku text,
    name text NOT NULL,
    option_values text NOT NULL DEFAULT '[]',
    unit_price integer NOT NULL CHECK (unit_price >= 0),
    quantity integer NOT NULL CHECK (quantity > 0),
    subtotal integer NOT NULL CHECK (subtotal = unit_price * quantity),
    PRIMARY KEY (order_id, position)
);

-- One log of what happened, written in the transaction of the change.
CREATE TABLE events (
    id integer PRIMARY KEY AUTOINCREMENT,
    kind text NOT NULL,
    subject_id integer NOT NULL,
    user_id integer,
    session_id integer,
    data text NOT NULL,
    at integer NOT NULL
);
CREATE INDEX events_at ON events (at);
