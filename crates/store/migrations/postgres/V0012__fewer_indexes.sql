-- Nobody reads the ledger variant by variant, and variants are never deleted, but every order wrote into this index, each
-- time at another place.
DROP INDEX stock_movements_variant;
