-- Uploaded pictures that nothing shows, by the hash their files lie under. A row goes when somebody shows or uploads the
-- picture again, or with its files.
CREATE TABLE orphaned_uploads (
    hash text PRIMARY KEY,
    since bigint NOT NULL,
    -- Its files are being deleted since then: until they are gone nobody may write them anew.
    doomed_at bigint
);
