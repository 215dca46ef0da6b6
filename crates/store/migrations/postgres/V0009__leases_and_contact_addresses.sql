-- Until when a mail is somebody's who sends it right now. `due_at` is moved on as well: releases that do not know this look
-- at that alone.
ALTER TABLE mails ADD COLUMN leased_until bigint;

-- Mails about accounts go first: somebody can't go on without them.
CREATE INDEX mails_urgent ON mails (due_at) WHERE state = 'waiting' AND template IN ('password_reset', 'confirm_email');

-- The address given with an order, in the form for comparison, so that the staff finds orders by it.
ALTER TABLE orders ADD COLUMN contact_email text;
UPDATE orders SET contact_email = lower(contact::json ->> 'email') WHERE contact IS NOT NULL;
CREATE INDEX orders_contact_email ON orders (contact_email) WHERE contact_email IS NOT NULL;
