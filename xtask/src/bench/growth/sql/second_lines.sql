INSERT INTO order_lines (order_id, position, product_id, variant_id, sku, name, unit_price, quantity, subtotal)
SELECT CASE WHEN id <= :half THEN id + :half ELSE id - :half END, 2, id, id, 'SKU-' || id, name, price, 1, price
FROM products
WHERE id BETWEEN :first AND :last
ORDER BY id
