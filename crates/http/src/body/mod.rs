//! Bodies: JSON or forms in, one [`Form`] of named values out, checked field by field with Django REST Framework's
//! texts, all problems at once.

mod fields;
mod parse;
mod spool;
mod upload;

pub(crate) use fields::{Form, Text, flag_named};
pub(crate) use parse::{Payload, collect};
pub(crate) use spool::spooled;
pub(crate) use upload::Upload;
