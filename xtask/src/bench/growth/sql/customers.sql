INSERT INTO users (id, email, email_key, password, date_joined)
WITH RECURSIVE numbers (n) AS (
    SELECT CAST(:first AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < :last
)
SELECT
    n + 1,
    'buyer-' || n || '@example.com',
    'buyer-' || n || '@example.com',
    (SELECT password FROM users WHERE id = 1),
    1600000000000000
FROM numbers
