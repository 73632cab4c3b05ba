//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Mask, NULL, READ, SEALED, View};

/// 账号.
pub fn account() -> View {
    View::new("Account", "account", Family::Posting, "账号. A person who signs in.")
        .text("login_name", Class::Internal, READ, "登录名. Login name.")
        .text("display_name", Class::Public, READ, "显示名. Name shown to colleagues.")
        .text("real_name", Class::Personal, NULL, "姓名. Real name.")
        .masked(Mask::Name)
        .text("mobile", Class::PersonalKey, SEALED | NULL, "手机. Mobile, encrypted at rest.")
        .masked(Mask::Phone)
}

/// 岗位.
pub fn posting() -> View {
    View::new(
        "Posting",
        "posting",
        Family::Posting,
        "岗位. Account x organisation x division x role x validity: the source of all authority.",
    )
    .code("role", "RoleCode", Class::Public, READ, "角色. Role of the posting.")
    .code("clearance", "Clearance", Class::Internal, READ, "知密范围. Highest class of row the posting may see.")
    .one("account", "Account", "account_id", Class::Public, "账号. The person.")
    .one(
        "organisation",
        "Organisation",
        "organisation_id",
        Class::Public,
        "单位. The organisation the posting acts for.",
    )
    .one_by("division", "Division", "division_code", "code", Class::Public, "区划. The division of the posting.")
}
