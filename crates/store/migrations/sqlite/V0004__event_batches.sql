-- PostgreSQL numbers events by batches from here on. Here they are born with their numbers: nothing to do.
SELECT 1;
