-- Answers to requests that carried an `Idempotency-Key`, each written in the transaction of what it answers: who asks
-- again under the same key is told the same, and nothing is done twice.

CREATE TABLE idempotency_keys (
    -- `user:12`, `session:34`, or `anyone` where nobody is known yet.
    caller text NOT NULL,
    -- Method and path template.
    route text NOT NULL,
    key text NOT NULL,
    -- Tells one request from another; says nothing of what is in it.
    fingerprint text NOT NULL,
    status bigint NOT NULL,
    location text,
    body text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
