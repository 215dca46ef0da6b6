-- Pictures this shop has taken in, by the hash their files lie under. Nothing else is ever deleted: the folder or the
-- bucket may hold those of another shop too. A row goes with its files.
CREATE TABLE uploads (
    hash text PRIMARY KEY,
    -- Nothing shows it since then; null while something does.
    orphaned_at integer,
    -- Its files are being deleted since then: until they are gone nobody may write them anew.
    doomed_at integer
);
CREATE INDEX uploads_orphaned ON uploads (orphaned_at) WHERE orphaned_at IS NOT NULL;
