-- Who an order is for and how to reach them, as JSON; what nobody said is left out.
ALTER TABLE orders ADD COLUMN contact text;

-- Whether the owner of the account has shown that its address is theirs.
ALTER TABLE users ADD COLUMN email_confirmed integer NOT NULL DEFAULT 0;

-- Each does one thing for one account, once: set a new password, or confirm an address. Known by the hash of what was
-- sent to that address.
CREATE TABLE account_tokens (
    hash text PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('password_reset', 'confirm_email')),
    -- The address it was sent to, in the form for comparison: it is good for no other.
    email_key text NOT NULL,
    expires_at integer NOT NULL
);
CREATE INDEX account_tokens_user ON account_tokens (user_id);
CREATE INDEX account_tokens_expiry ON account_tokens (expires_at);

-- Somebody says that they forgot a password. Written for any address, so that the answer takes as long for one that
-- nobody has; whoever sends mails looks whether there is an account.
CREATE TABLE reset_requests (
    id integer PRIMARY KEY AUTOINCREMENT,
    email_key text NOT NULL,
    at integer NOT NULL
);

-- The outbox. What is to be said is put into words when it is sent or looked at.
CREATE TABLE mails (
    id integer PRIMARY KEY AUTOINCREMENT,
    -- What it tells of: nothing is told twice.
    key text NOT NULL CONSTRAINT mails_key UNIQUE,
    template text NOT NULL CHECK (template IN ('order_placed', 'order_shipped', 'password_reset', 'confirm_email')),
    recipient text NOT NULL,
    -- The order or the account.
    subject_id integer NOT NULL,
    -- The order's number; or what the token for an account is made of, together with the secret key.
    reference text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at integer NOT NULL,
    -- Not to be tried before; whoever tries moves it on first, so that nobody else does.
    due_at integer NOT NULL,
    -- Whatever could not be sent until then has failed.
    give_up_at integer NOT NULL,
    sent_at integer
);
CREATE INDEX mails_due ON mails (due_at) WHERE state = 'waiting';
CREATE INDEX mails_state ON mails (state, id);
CREATE INDEX mails_created ON mails (created_at);

-- How far the log was read for mails about orders. One row; what was before is not told of any more.
CREATE TABLE mail_cursor (
    id integer PRIMARY KEY CHECK (id = 1),
    seq integer NOT NULL
);
INSERT INTO mail_cursor (id, seq) SELECT 1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0);
