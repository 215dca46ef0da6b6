-- Reading the event log: ids are drawn before their transactions commit, so their order is not the order in which rows
-- appear. `seq` is given afterwards, to rows that are committed.

ALTER TABLE events ADD COLUMN seq bigint CONSTRAINT events_seq UNIQUE;
CREATE INDEX events_unnumbered ON events (id) WHERE seq IS NULL;
DROP INDEX events_at;

-- The last `seq` given. One row.
CREATE TABLE event_log (
    id bigint PRIMARY KEY CHECK (id = 1),
    seq bigint NOT NULL
);
INSERT INTO event_log (id, seq) VALUES (1, 0);

-- Each opens one socket, once. Known by the hash of what the client holds.
CREATE TABLE tickets (
    hash text PRIMARY KEY,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    session_id bigint REFERENCES sessions (id) ON DELETE CASCADE,
    family_id text,
    auth_version bigint,
    access_until bigint NOT NULL,
    expires_at bigint NOT NULL,
    CHECK ((user_id IS NULL) <> (session_id IS NULL))
);
CREATE INDEX tickets_expiry ON tickets (expires_at);
