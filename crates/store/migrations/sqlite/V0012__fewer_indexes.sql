-- Nobody reads the ledger variant by variant, and variants are never deleted, but every order wrote into this index, each
-- time at another place.
DROP INDEX stock_movements_variant;

-- As on PostgreSQL since V0004: neither products nor variants are ever deleted.
DROP INDEX cart_lines_product;
DROP INDEX cart_lines_variant;
