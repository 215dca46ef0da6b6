INSERT INTO order_counts (block, status, orders)
SELECT id / 10000, status, count(*) FROM orders WHERE id BETWEEN :first AND :last GROUP BY id / 10000, status
