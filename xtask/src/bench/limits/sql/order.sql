-- An order of one line with the least it needs, beginning with its line in the cart.
\set product random(1, :products)
INSERT INTO cart_lines (cart_id, variant_id, quantity) VALUES (:client_id, :product, 1);
BEGIN;
SELECT variant_id, quantity FROM cart_lines WHERE cart_id = :client_id FOR UPDATE \gset
SELECT price, stock FROM variants WHERE id = :variant_id FOR UPDATE \gset
INSERT INTO orders (cart_id, total) VALUES (:client_id, :price::bigint * :quantity::bigint) RETURNING id AS order_id \gset
INSERT INTO order_lines (order_id, variant_id, unit_price, quantity) VALUES (:order_id, :variant_id, :price, :quantity);
INSERT INTO events (kind, subject_id, data) VALUES ('order.placed', :order_id, '{}');
UPDATE variants SET stock = stock - :quantity::bigint WHERE id = :variant_id AND stock = :stock;
DELETE FROM cart_lines WHERE cart_id = :client_id;
COMMIT;
