INSERT INTO categories (id, name, name_key, slug, created_at, updated_at)
WITH RECURSIVE numbers (n) AS (
    SELECT CAST(:first AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < :last
)
SELECT n, 'Category ' || n, 'category ' || n, 'category-' || n, 1600000000000000, 1600000000000000 FROM numbers
