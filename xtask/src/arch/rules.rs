//! The rules themselves, as two tables, and what to say to whoever broke one.

use super::graph::{Crate, Dependency};

/// Every crate of the house and the crates of the house it may depend on.
pub(crate) const HOUSE: &[(&str, &[&str])] = &[
    ("oxcart-domain", &[]),
    ("oxcart-demo", &[]),
    // Files for browsers, which know the shop by its API alone.
    ("oxcart-pages", &[]),
    ("oxcart-mail", &[]),
    ("oxcart-pictures", &[]),
    ("oxcart-credentials", &["oxcart-domain"]),
    ("oxcart-exchange", &["oxcart-domain"]),
    ("oxcart-shared", &["oxcart-domain"]),
    ("oxcart-store", &["oxcart-domain"]),
    (
        "oxcart-app",
        &[
            "oxcart-domain",
            "oxcart-credentials",
            "oxcart-exchange",
            "oxcart-demo",
            "oxcart-mail",
            "oxcart-pictures",
            "oxcart-store",
            "oxcart-shared",
        ],
    ),
    ("oxcart-http", &["oxcart-domain", "oxcart-app", "oxcart-shared", "oxcart-pages"]),
    (
        "oxcart",
        &[
            "oxcart-domain",
            "oxcart-credentials",
            "oxcart-exchange",
            "oxcart-demo",
            "oxcart-mail",
            "oxcart-pictures",
            "oxcart-store",
            "oxcart-shared",
            "oxcart-app",
            "oxcart-http",
        ],
    ),
    (TESTKIT, &[]),
    // The chores never ship, so they may use the test kit openly.
    ("xtask", &[TESTKIT]),
];

const TESTKIT: &str = "oxcart-testkit";

/// Dependencies from outside that have one home: their names' start, and the crates that may use them.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["oxcart-store", TESTKIT]),
    ("libsqlite3-sys", &["oxcart-store"]),
    ("tokio-postgres", &["oxcart-store", TESTKIT]),
    ("postgres", &["oxcart-store"]),
    ("deadpool-postgres", &["oxcart-store"]),
    ("refinery", &["oxcart-store"]),
    ("sqlx", &["oxcart-store"]),
    ("diesel", &["oxcart-store"]),
    ("sea-orm", &["oxcart-store"]),
    ("redis", &["oxcart-shared"]),
    ("fred", &["oxcart-shared"]),
    ("axum", &["oxcart-http"]),
    ("lettre", &["oxcart"]),
    ("rusty-s3", &["oxcart"]),
    ("hyper-rustls", &["oxcart"]),
    ("askama", &["oxcart-mail"]),
    ("image", &["oxcart-pictures"]),
    ("webp", &["oxcart-pictures"]),
];

/// Every broken rule, one sentence each, with what to do.
pub(crate) fn broken(crates: &[Crate]) -> Vec<String> {
    crates
        .iter()
        .flat_map(|member| member.dependencies.iter().filter_map(|d| fault(member, d)))
        .chain(crates.iter().filter(|member| place(&member.name).is_none()).map(|member| {
            format!(
                "{} has no place in the house: add it to HOUSE in xtask/src/arch/rules.rs with the \
                 crates it may know",
                member.name
            )
        }))
        .collect()
}

fn fault(member: &Crate, dependency: &Dependency) -> Option<String> {
    let (name, knows) = (&member.name, &dependency.name);
    if knows == TESTKIT {
        let fine = dependency.is_dev() || name == "xtask";
        return (!fine).then(|| format!("{name} ships with {TESTKIT}: move it to [dev-dependencies] of {name}"));
    }
    if place(knows).is_some() {
        // Tests of any crate may fill a shop with the demo's goods.
        let for_tests = dependency.is_dev() && knows == "oxcart-demo";
        let allowed = place(name).is_none_or(|may| may.contains(&knows.as_str()));
        return (!allowed && !for_tests).then(|| against_direction(name, knows));
    }
    let (_, homes) = HOMES.iter().find(|(start, _)| is_or_extends(knows, start))?;
    (!homes.contains(&name.as_str())).then(|| {
        format!("{name} uses {knows}, which belongs in {}: call that crate, and put there what is missing", homes[0])
    })
}

fn against_direction(name: &str, knows: &str) -> String {
    let may = place(name).unwrap_or_default();
    let may = if may.is_empty() { "no crate of the house".to_owned() } else { may.join(", ") };
    format!(
        "{name} depends on {knows}, against the direction (it may know {may}): move what it needs \
         down into a crate both may know, or the code that needs it up; if the plan itself changed, \
         change HOUSE in xtask/src/arch/rules.rs and ARCHITECTURE.md together"
    )
}

fn place(name: &str) -> Option<&'static [&'static str]> {
    HOUSE.iter().find(|(member, _)| *member == name).map(|(_, may)| *may)
}

/// `axum-extra` extends `axum`; `redistribute` is something else than `redis`.
fn is_or_extends(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(name: &str, dependency: &str, kind: Option<&str>) -> Vec<Crate> {
        let kind = kind.map(str::to_owned);
        let dependencies = vec![Dependency { name: dependency.to_owned(), kind }];
        vec![Crate { name: name.to_owned(), dependencies }]
    }

    #[track_caller]
    fn refused(name: &str, dependency: &str, because: &str) {
        let said = broken(&graph(name, dependency, None));
        assert_eq!(said.len(), 1, "{name} → {dependency} was let through");
        assert!(said[0].contains(because), "{:?} does not say {because:?}", said[0]);
    }

    #[track_caller]
    fn accepted(name: &str, dependency: &str, kind: Option<&str>) {
        let said = broken(&graph(name, dependency, kind));
        assert!(said.is_empty(), "{name} → {dependency} ({kind:?}) was refused: {said:?}");
    }

    #[test]
    fn nobody_depends_on_what_is_above_him() {
        for (name, dependency) in [
            ("oxcart-domain", "oxcart-store"),
            ("oxcart-store", "oxcart-app"),
            ("oxcart-app", "oxcart-http"),
            ("oxcart-http", "oxcart-store"),
            ("oxcart-credentials", "oxcart-exchange"),
            ("oxcart-exchange", "oxcart-credentials"),
            ("oxcart-demo", "oxcart-domain"),
            ("oxcart-pages", "oxcart-app"),
            ("oxcart-testkit", "oxcart-domain"),
            ("oxcart-shared", "oxcart-store"),
        ] {
            refused(name, dependency, "against the direction");
        }
        accepted("oxcart-app", "oxcart-store", None);
        accepted("oxcart", "oxcart-http", None);
    }

    #[test]
    fn tests_may_not_turn_the_direction_round_either() {
        assert_eq!(broken(&graph("oxcart-store", "oxcart-app", Some("dev"))).len(), 1);
        accepted("oxcart-store", "oxcart-demo", Some("dev"));
    }

    #[test]
    fn each_driver_stays_in_its_home() {
        for driver in ["rusqlite", "tokio-postgres", "tokio-postgres-rustls", "deadpool-postgres"] {
            refused("oxcart-app", driver, "belongs in oxcart-store");
            accepted("oxcart-store", driver, None);
        }
        refused("oxcart", "refinery", "belongs in oxcart-store");
        refused("oxcart-app", "redis", "belongs in oxcart-shared");
        refused("oxcart", "axum", "belongs in oxcart-http");
        refused("oxcart-app", "axum-extra", "belongs in oxcart-http");
        accepted("oxcart-testkit", "rusqlite", None);
        accepted("oxcart-testkit", "tokio-postgres", None);
        accepted("oxcart-app", "redistribute", None);
    }

    #[test]
    fn the_test_kit_does_not_ship() {
        refused("oxcart", "oxcart-testkit", "[dev-dependencies]");
        assert_eq!(broken(&graph("oxcart", "oxcart-testkit", Some("build"))).len(), 1);
        accepted("oxcart", "oxcart-testkit", Some("dev"));
        accepted("xtask", "oxcart-testkit", None);
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        refused("oxcart-extra", "serde", "no place in the house");
    }

    #[test]
    fn this_workspace_keeps_the_rules() {
        let crates = crate::arch::graph::of_workspace().expect("cargo reads its own workspace");
        assert!(crates.len() > 5, "only {} crates were found", crates.len());
        let said = broken(&crates);
        assert!(said.is_empty(), "{}", said.join("\n"));
    }
}
