-- Stock that changes is written beside the row, if its page has room: then no index learns of it. In a shop that was restored,
-- pages are full to the brim, and the first order of each variant would write into three indexes. From here on a tenth is
-- left free in pages that are filled; `VACUUM FULL variants` writes older ones anew.
ALTER TABLE variants SET (fillfactor = 90);
