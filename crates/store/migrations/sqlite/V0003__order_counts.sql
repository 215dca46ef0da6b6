-- How many orders there are, without counting them: rows that add up. Whoever places or moves orders adds rows of their
-- own, so nobody waits for a row that everybody changes; the sweep adds up what has gathered. Orders are counted in blocks of 10,000 ids, so
-- that a page far from both ends is found by its block.
CREATE TABLE order_counts (
    id integer PRIMARY KEY AUTOINCREMENT,
    block integer NOT NULL,
    status text NOT NULL,
    orders integer NOT NULL
);
INSERT INTO order_counts (block, status, orders) SELECT id / 10000, status, count(*) FROM orders GROUP BY id / 10000, status;
