-- Of the product with the order's number, and of the one half the shop away.
INSERT INTO orders (id, number, user_id, status, total, currency, created_at, updated_at)
SELECT
    one.id,
    'OX-' || one.id,
    one.id % :customers + 2,
    CASE one.id % 10 WHEN 7 THEN 'shipped' WHEN 8 THEN 'processing' WHEN 9 THEN 'pending' ELSE 'delivered' END,
    one.price + other.price,
    'USD',
    1650000000000000 + one.id * 1000000,
    1650000000000000 + one.id * 1000000
FROM products AS one
JOIN products AS other ON other.id = CASE WHEN one.id <= :half THEN one.id + :half ELSE one.id - :half END
WHERE one.id BETWEEN :first AND :last
ORDER BY one.id
