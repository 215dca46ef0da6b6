//! The staff: which roles there are, and what each of them may do. The edge asks [`Role::may`] before every operation
//! that is the staff's; nothing else decides about rights.

use std::fmt;

/// What a member of the staff is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Does everything, and says who else does what.
    Owner,
    /// Runs the shop from day to day.
    Manager,
    /// Packs and ships.
    Fulfilment,
    /// Looks on: an accountant, an auditor.
    ReadOnly,
}

/// A kind of work that operations are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Seeing what only the staff sees: all orders, customers, drafts, the audit log.
    Read,
    /// Moving orders on and cancelling them.
    Orders,
    /// Setting how many there are of a product, and nothing else of it.
    Stock,
    /// Everything else about products and categories, and importing them.
    Catalogue,
    /// Letting customers in or not, and what is sent to them.
    Customers,
    /// The staff itself, settings, and whatever carries everybody's data.
    Owner,
}

impl Role {
    /// All of them, the one that may most first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Fulfilment, Self::ReadOnly];

    /// As stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Fulfilment => "fulfilment",
            Self::ReadOnly => "read-only",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The role of an account, from the two columns that tell of it. Releases that knew no roles, and Django, say only
    /// that somebody is of the staff, and mean that they may do everything; a name that this release does not know may
    /// only look on. Whoever is not of the staff has no role, whatever else is written there.
    #[must_use]
    pub fn of_account(is_staff: bool, name: Option<&str>) -> Option<Self> {
        match name {
            _ if !is_staff => None,
            None => Some(Self::Owner),
            Some(name) => Some(Self::named(name).unwrap_or(Self::ReadOnly)),
        }
    }

    /// Whether this role does such work.
    #[must_use]
    pub const fn may(self, duty: Duty) -> bool {
        match duty {
            Duty::Read => true,
            Duty::Orders | Duty::Stock => !matches!(self, Self::ReadOnly),
            Duty::Catalogue | Duty::Customers => matches!(self, Self::Owner | Self::Manager),
            Duty::Owner => matches!(self, Self::Owner),
        }
    }
}

/// Whether the shop still has an owner when this account is one no longer: `owners` are those there are, by id.
#[must_use]
pub fn can_do_without(owners: &[i64], account: i64) -> bool {
    !owners.contains(&account) || owners.iter().any(|owner| *owner != account)
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Duty, Role, can_do_without};

    #[test]
    fn each_role_does_what_it_is_there_for_and_no_more() {
        use Duty::{Catalogue, Customers, Orders, Owner, Read, Stock};
        let all = [Read, Orders, Stock, Catalogue, Customers, Owner];
        for (role, duties) in [
            (Role::Owner, &all[..]),
            (Role::Manager, &[Read, Orders, Stock, Catalogue, Customers]),
            (Role::Fulfilment, &[Read, Orders, Stock]),
            (Role::ReadOnly, &[Read]),
        ] {
            for duty in all {
                assert_eq!(role.may(duty), duties.contains(&duty), "whether {role} may do {duty:?}");
            }
        }
    }

    #[test]
    fn the_last_owner_is_the_one_a_shop_cannot_do_without() {
        assert!(!can_do_without(&[3], 3));
        assert!(can_do_without(&[3, 4], 3));
        assert!(can_do_without(&[3], 9));
        assert!(can_do_without(&[], 9));
    }

    #[test]
    fn roles_read_back_as_they_are_stored() {
        for role in Role::ALL {
            assert_eq!(Role::of_account(true, Some(role.as_str())), Some(role));
        }
    }

    #[test]
    fn only_the_staff_has_a_role_and_staff_without_one_may_do_everything_as_before_there_were_roles() {
        assert_eq!(Role::of_account(true, None), Some(Role::Owner));
        assert_eq!(Role::of_account(false, None), None);
        assert_eq!(Role::of_account(false, Some("owner")), None);
        assert_eq!(Role::of_account(true, Some("admiral")), Some(Role::ReadOnly));
    }
}
