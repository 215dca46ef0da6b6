-- Who changed what on the shop's behalf: a row for each thing a member of staff or a command changes, written in the
-- transaction of the change. Nothing refers to it and it refers to nothing: a row outlives what it tells of.
CREATE TABLE audit_log (
    id integer PRIMARY KEY AUTOINCREMENT,
    at integer NOT NULL,
    -- The account; none for the command line.
    user_id integer,
    -- Its address at that moment, or `command line`.
    actor text NOT NULL,
    -- `product.update`
    action text NOT NULL,
    -- `product:12`
    object text NOT NULL,
    -- The fields that changed, as JSON.
    before text,
    after text,
    request_id text
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_object ON audit_log (object, id);
CREATE INDEX audit_log_user ON audit_log (user_id, id);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX audit_log_action ON audit_log (action, id);
