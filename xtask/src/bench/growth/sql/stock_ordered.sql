-- Of the two orders of a product the one from the first half came first, and left one more than the other.
INSERT INTO stock_movements (id, variant_id, delta, level, reason, order_id, actor_id, at)
SELECT
    :size + 2 * orders.id + order_lines.position - 2,
    variants.id,
    -1,
    variants.stock + CASE WHEN orders.id <= :half THEN 1 ELSE 0 END,
    'order',
    orders.id,
    orders.user_id,
    orders.created_at
FROM orders
JOIN order_lines ON order_lines.order_id = orders.id
JOIN variants ON variants.id = order_lines.variant_id
WHERE orders.id BETWEEN :first AND :last
ORDER BY orders.id, order_lines.position
