//! Accounts and tokens.

use app::auth::TokenPair;
use domain::customer::User;
use domain::staff::Role;
use serde::Serialize;
use utoipa::ToSchema;

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    #[schema(example = 7)]
    pub id: i64,
    #[schema(example = "ann@example.com")]
    pub email: String,
    #[schema(example = "Ann")]
    pub first_name: String,
    #[schema(example = "Miller")]
    pub last_name: String,
    #[schema(example = "+49 30 1234567")]
    pub phone: String,
    /// Whether its owner has shown that the address is theirs.
    pub email_confirmed: bool,
    #[schema(example = "2026-11-23T08:42:09.123456Z", format = DateTime)]
    pub date_joined: String,
    /// Whether the account works in the shop.
    pub is_staff: bool,
    /// What it does there: `owner`, `manager`, `fulfilment` or `read-only`; null for customers.
    #[schema(example = "manager")]
    pub role: Option<&'static str>,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            phone: user.phone.clone(),
            email_confirmed: user.email_confirmed,
            date_joined: user.date_joined.iso(),
            is_staff: user.is_staff(),
            role: user.role.map(Role::as_str),
        }
    }
}

/// Who registers.
#[derive(ToSchema)]
#[schema(as = Registration)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct RegistrationBody {
    #[schema(example = "ann@example.com", max_length = 254)]
    email: String,
    /// At least 8 characters, not all digits, not common, not like the address or the names.
    #[schema(example = "market-day-2026", min_length = 8)]
    password: String,
    #[schema(max_length = 150, nullable = false)]
    first_name: Option<String>,
    #[schema(max_length = 150, nullable = false)]
    last_name: Option<String>,
    #[schema(max_length = 32, nullable = false)]
    phone: Option<String>,
}

/// What of an account can be changed.
#[derive(ToSchema)]
#[schema(as = ProfileChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ProfileBody {
    /// Required in a PUT.
    #[schema(example = "ann@example.com", max_length = 254, nullable = false)]
    email: Option<String>,
    #[schema(max_length = 150, nullable = false)]
    first_name: Option<String>,
    #[schema(max_length = 150, nullable = false)]
    last_name: Option<String>,
    #[schema(max_length = 32, nullable = false)]
    phone: Option<String>,
}

/// A change of password.
#[derive(ToSchema)]
#[schema(as = PasswordChange)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct PasswordBody {
    old_password: String,
    #[schema(min_length = 8)]
    new_password: String,
}

/// Somebody who wants in.
#[derive(ToSchema)]
#[schema(as = Login)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct LoginBody {
    #[schema(example = "ann@example.com")]
    email: String,
    #[schema(example = "market-day-2026")]
    password: String,
}

/// A refresh token.
#[derive(ToSchema)]
#[schema(as = RefreshToken)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct RefreshBody {
    refresh: String,
}

/// A token of either type.
#[derive(ToSchema)]
#[schema(as = AnyToken)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct TokenBody {
    token: String,
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenPair)]
pub(crate) struct TokenPairBody {
    /// Exchanged once for a new pair; holds for a day.
    pub refresh: String,
    /// Sent with each request as `Authorization: Bearer …`; holds for five minutes.
    pub access: String,
}

impl From<TokenPair> for TokenPairBody {
    fn from(pair: TokenPair) -> Self {
        Self { refresh: pair.refresh, access: pair.access }
    }
}

/// Nothing more to say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Empty {}
