-- Who works in the shop has a role. Whoever did before there were roles could do everything, so they are owners.
-- `is_staff` stays: it is what releases without roles look at.
ALTER TABLE users ADD COLUMN role text;
UPDATE users SET role = 'owner', is_staff = TRUE WHERE is_staff OR is_superuser;
CREATE INDEX users_staff ON users (id) WHERE is_staff;

-- A browser in which somebody of the staff is logged in, known by the hash of the key in its cookie. Its login is a
-- token family like any other, without tokens: what ends families ends it too. `version` is that of the account's
-- password that opened it.
CREATE TABLE staff_sessions (
    key_hash text PRIMARY KEY,
    family_id text NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
    version bigint NOT NULL,
    last_seen bigint NOT NULL
);
CREATE INDEX staff_sessions_family ON staff_sessions (family_id);

-- What became of an order after it was placed, for its timeline. Placing one writes nothing here.
CREATE INDEX events_of_orders ON events (subject_id) WHERE kind IN ('order.status_changed', 'order.cancelled');
