-- A whole order of one line in one statement and one round trip. A statement does not see rows that it has put itself,
-- so it orders the line that the one before has left in the cart, and leaves the next one there: always another product.
\set product (:product + random(0, :products - 2)) % :products + 1
WITH line AS (
    DELETE FROM cart_lines WHERE cart_id = 1000 + :client_id RETURNING variant_id, quantity
), taken AS (
    UPDATE variants SET stock = stock - line.quantity FROM line WHERE id = line.variant_id
    RETURNING id, price, line.quantity
), placed AS (
    INSERT INTO orders (cart_id, total) SELECT 1000 + :client_id, price * quantity FROM taken RETURNING id
), written AS (
    INSERT INTO order_lines (order_id, variant_id, unit_price, quantity)
    SELECT placed.id, taken.id, taken.price, taken.quantity FROM placed CROSS JOIN taken
), told AS (
    INSERT INTO events (kind, subject_id, data) SELECT 'order.placed', id, '{}' FROM placed
)
INSERT INTO cart_lines (cart_id, variant_id, quantity) VALUES (1000 + :client_id, :product, 1);
