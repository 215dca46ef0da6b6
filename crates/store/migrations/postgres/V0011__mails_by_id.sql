-- Mails are written one after another: the oldest are those with the lowest ids. Every order wrote into this index.
DROP INDEX mails_created;
