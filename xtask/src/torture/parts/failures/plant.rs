//! Triggers that refuse one statement, or one COMMIT, and let the next attempt pass.

use std::fmt;
use testkit::Shop;

/// What is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The statement that writes, counted from 1 since it was armed.
    Write(u64),
    /// The COMMIT of the first transaction that wrote.
    Commit,
}

/// One refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) place: Place,
    /// 40001, a serialization failure, or 40P01, a deadlock.
    pub(super) code: &'static str,
}

/// What is about the order of events is written by each process at its own pace, not by a request.
const PREPARE: &str = "
    CREATE SEQUENCE torture_writes;
    CREATE SEQUENCE torture_commits;
    CREATE TABLE torture_plan (write bigint NOT NULL, commit bigint NOT NULL, code text NOT NULL);
    INSERT INTO torture_plan VALUES (0, 0, '40001');
    CREATE FUNCTION torture_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('torture_writes') = (SELECT write FROM torture_plan) THEN
        RAISE EXCEPTION 'planted' USING ERRCODE = (SELECT code FROM torture_plan);
      END IF;
      RETURN NULL;
    END $$;
    CREATE FUNCTION torture_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('torture_commits') = (SELECT commit FROM torture_plan) THEN
        RAISE EXCEPTION 'planted' USING ERRCODE = (SELECT code FROM torture_plan);
      END IF;
      RETURN NULL;
    END $$;
    DO $$ DECLARE name text; what text; BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('event_log', 'torture_plan', 'refinery_schema_history') LOOP
        what := CASE name WHEN 'event_batches' THEN 'INSERT' ELSE 'INSERT OR UPDATE OR DELETE' END;
        EXECUTE format('CREATE TRIGGER torture_write BEFORE %s ON %I EXECUTE FUNCTION torture_write()', what, name);
        EXECUTE format('CREATE CONSTRAINT TRIGGER torture_commit AFTER %s ON %I DEFERRABLE INITIALLY DEFERRED '
          'FOR EACH ROW EXECUTE FUNCTION torture_commit()', what, name);
      END LOOP;
    END $$;";

/// Puts the triggers there; they do nothing yet.
pub(super) fn prepare(shop: &Shop) {
    shop.plant(PREPARE);
}

/// From now on counted, and refused when its time has come.
pub(super) fn arm(shop: &Shop, Fault { place, code }: Fault) {
    let (write, commit) = match place {
        Place::Write(number) => (number, 0),
        Place::Commit => (0, 1),
    };
    shop.plant(&format!(
        "SELECT setval('torture_writes', 1, FALSE), setval('torture_commits', 1, FALSE);
         UPDATE torture_plan SET write = {write}, commit = {commit}, code = '{code}'"
    ));
}

/// Nothing is refused any more; whether it was.
pub(super) fn disarm(shop: &Shop, Fault { place, .. }: Fault) -> bool {
    let (sequence, wanted) = match place {
        Place::Write(number) => ("torture_writes", number),
        Place::Commit => ("torture_commits", 1),
    };
    let counted = shop.look(&format!("SELECT CAST(last_value AS text) FROM {sequence} WHERE is_called"));
    shop.plant("UPDATE torture_plan SET write = 0, commit = 0");
    counted.into_iter().flatten().any(|counted| counted.parse::<u64>().is_ok_and(|counted| counted >= wanted))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Write(number) => write!(f, "writing statement {number} refused with {}", self.code),
            Place::Commit => write!(f, "COMMIT refused with {}", self.code),
        }
    }
}
