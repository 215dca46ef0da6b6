INSERT INTO variants (id, product_id, sku, price, stock)
SELECT id, id, 'SKU-' || id, price, CASE WHEN id % 10 = 0 THEN 0 ELSE 1000000000 END
FROM products
WHERE id BETWEEN :first AND :last
ORDER BY id
