INSERT INTO products (
    id, name, name_key, slug, description, search_text, category_id, price, created_at, updated_at
)
WITH RECURSIVE numbers (n) AS (
    SELECT CAST(:first AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < :last
)
SELECT
    n,
    word || ' ' || n,
    lower(word) || ' ' || n,
    'product-' || n,
    'A ' || word || ' for every day, made to last. It is sent within two working days, well packed.',
    lower(word) || ' ' || n,
    n % 50 + 1,
    100 + n * 7919 % 50000,
    1600000000000000 + n * 1000000,
    1600000000000000 + n * 1000000
FROM (
    SELECT
        n,
        CASE n % 7
            WHEN 0 THEN 'Kettle' WHEN 1 THEN 'Mug' WHEN 2 THEN 'Lamp' WHEN 3 THEN 'Chair'
            WHEN 4 THEN 'Basket' WHEN 5 THEN 'Scarf' ELSE 'Towel'
        END AS word
    FROM numbers
) AS named
