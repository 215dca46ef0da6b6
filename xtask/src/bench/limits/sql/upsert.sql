-- A line is put into the client's own cart, or raised when it is there: the whole of adding to a cart.
\set product random(1, 20)
INSERT INTO cart_lines (cart_id, variant_id, quantity) VALUES (2000 + :client_id, :product, 1)
ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = cart_lines.quantity + 1;
