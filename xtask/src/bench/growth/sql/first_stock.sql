-- What is there now and what the two orders took.
INSERT INTO stock_movements (id, variant_id, delta, level, reason, at)
SELECT id, id, stock + 2, stock + 2, 'initial', 1600000000000000
FROM variants
WHERE id BETWEEN :first AND :last
ORDER BY id
