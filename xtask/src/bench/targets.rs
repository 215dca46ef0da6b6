//! What each case is compared with, and what is promised of it. Bounds are in percent, shares in tenths of one.

use super::cases::Case;
use super::figures::Figures;
use testkit::Setup;

/// What of two cases is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// How many in a second.
    Rate,
    /// The latency half of them stay below.
    Median,
    /// The processor time of each.
    Cpu,
}

/// How much is promised, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    AtLeast(u64),
    AtMost(u64),
}

/// A case beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) measure: Measure,
    pub(super) with: Case,
    /// Without one the share is only told.
    pub(super) bound: Option<Bound>,
}

impl Measure {
    /// Its name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Median => "p50",
            Self::Cpu => "cpu",
        }
    }

    fn of(self, figures: &Figures) -> Option<u64> {
        match self {
            Self::Rate => Some(figures.in_ten_seconds),
            // None is none, and not the best that can be.
            Self::Median => Some(figures.p50).filter(|p50| *p50 > 0),
            Self::Cpu => figures.cpu.filter(|cpu| *cpu > 0),
        }
    }
}

impl Bound {
    /// Whether a share, in tenths of a percent, keeps it.
    pub(super) fn is_met(self, share: u64) -> bool {
        match self {
            Self::AtLeast(least) => share >= least * 10,
            Self::AtMost(most) => share <= most * 10,
        }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}%"),
            Self::AtMost(most) => write!(f, "≤ {most}%"),
        }
    }
}

impl Comparison {
    /// All of a case on a set-up. PostgreSQL's limits count on SQLite too: they tell what the machine can do.
    pub(super) fn all(setup: Setup, case: Case) -> Vec<Self> {
        use Bound::{AtLeast, AtMost};
        use Measure::{Cpu, Median, Rate};
        let one = |measure, with, bound| Self { measure, with, bound: Some(bound) };
        let told = |with| Self { measure: Rate, with, bound: None };
        match case {
            Case::List => vec![one(Rate, Case::BareList, AtLeast(70))],
            Case::Filters => vec![one(Rate, Case::BareList, AtLeast(25))],
            Case::Product => vec![told(Case::BareProduct)],
            Case::ProductHot => vec![one(Rate, Case::BareProduct, AtLeast(70))],
            Case::CartAdd => vec![one(Rate, Case::PgbenchUpsert, AtLeast(200))],
            Case::CartRead => vec![one(Rate, Case::BareCart, AtLeast(50))],
            Case::CartReadSession => vec![told(Case::BareCart)],
            Case::Order | Case::OrderSession if setup.has_postgres() => {
                vec![one(Rate, Case::PgbenchOrder, AtLeast(400)), one(Cpu, Case::PgbenchOrder, AtMost(25))]
            }
            Case::Order => vec![one(Rate, Case::PgbenchOrder, AtLeast(200))],
            Case::OrderSession => vec![told(Case::PgbenchOrder)],
            Case::OrderHot => vec![one(Rate, Case::Order, AtLeast(90)), one(Rate, Case::PgbenchHot, AtLeast(1_000))],
            Case::OrderAlone => vec![one(Median, Case::PgbenchStatement, AtMost(120))],
            _ => vec![],
        }
    }

    /// How much the one has of what the other has, in tenths of a percent; nothing while one of them has nothing.
    pub(super) fn share(&self, figures: &Figures, other: &Figures) -> Option<u64> {
        let (ours, theirs) = (self.measure.of(figures)?, self.measure.of(other)?);
        share(ours, theirs)
    }
}

/// How much one number is of another, in tenths of a percent; nothing of nothing.
pub(super) fn share(one: u64, other: u64) -> Option<u64> {
    one.checked_mul(1_000)?.checked_div(other)
}

/// A share in percent, with a decimal while it is small.
pub(super) fn percent(share: u64) -> String {
    match share {
        ..100 => format!("{}.{}", share / 10, share % 10),
        more => (more / 10).to_string(),
    }
}

/// What is measured in a round on a set-up: these cases, each followed at once by those it is compared with, so that what
/// drifts on the machine drifts for both.
pub(super) fn round(setup: Setup, cases: &[Case]) -> Vec<Case> {
    let mut round = vec![];
    let mut add = |case| {
        if !round.contains(&case) {
            round.push(case);
        }
    };
    for case in cases {
        add(*case);
        Comparison::all(setup, *case).iter().for_each(|other| add(other.with));
    }
    round
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_promised_more_where_postgres_runs() {
        let of = |setup| Comparison::all(setup, Case::Order)[0].bound;
        assert_eq!(of(Setup::Postgres), Some(Bound::AtLeast(400)));
        assert_eq!(of(Setup::Sqlite), Some(Bound::AtLeast(200)));
    }

    #[test]
    fn a_share_is_of_what_the_other_has_and_a_bound_is_met_when_reached() {
        let figures = |in_ten_seconds, cpu| Figures { in_ten_seconds, cpu, ..Figures::default() };
        let [rate, cpu] = Comparison::all(Setup::Postgres, Case::Order)[..] else { panic!("two comparisons") };
        let (shop, limit) = (figures(40_000, Some(500)), figures(10_000, Some(1_000)));
        assert_eq!(rate.share(&shop, &limit), Some(4_000));
        assert_eq!(cpu.share(&shop, &limit), Some(500));
        assert_eq!(rate.share(&shop, &figures(0, None)), None);
        assert_eq!(cpu.share(&shop, &figures(0, None)), None);
        assert_eq!(cpu.share(&figures(0, Some(0)), &limit), None, "too short to be seen is not free");
        assert!(Bound::AtLeast(400).is_met(4_000) && !Bound::AtLeast(400).is_met(3_999));
        assert!(Bound::AtMost(25).is_met(250) && !Bound::AtMost(25).is_met(251));
    }

    #[test]
    fn a_small_share_is_told_with_a_decimal() {
        assert_eq!([6, 99, 100, 4_009].map(percent), ["0.6", "9.9", "10", "400"]);
    }

    #[test]
    fn a_limit_is_measured_right_behind_what_it_limits_and_once() {
        let round = round(Setup::Sqlite, &[Case::List, Case::Filters, Case::Order, Case::BareList]);
        assert_eq!(round, [Case::List, Case::BareList, Case::Filters, Case::Order, Case::PgbenchOrder]);
    }
}
