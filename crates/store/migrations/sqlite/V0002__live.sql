-- Reading the event log: one writer at a time, so the order of the rows is the order of the commits.

ALTER TABLE events RENAME COLUMN id TO seq;
DROP INDEX events_at;

-- Each opens one socket, once. Known by the hash of what the client holds.
CREATE TABLE tickets (
    hash text PRIMARY KEY,
    user_id integer REFERENCES users (id) ON DELETE CASCADE,
    session_id integer REFERENCES sessions (id) ON DELETE CASCADE,
    family_id text,
    auth_version integer,
    access_until integer NOT NULL,
    expires_at integer NOT NULL,
    CHECK ((user_id IS NULL) <> (session_id IS NULL))
);
CREATE INDEX tickets_expiry ON tickets (expires_at);
