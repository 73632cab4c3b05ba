//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, View};

/// 代码.
pub fn code_entry() -> View {
    View::new("CodeEntry", "code_entry", Family::Place, "代码. One entry of a code table.")
        .order("code", Direction::Asc)
        .text("code_table", Class::Public, FILTER, "代码表. Name of the table.")
        .text("code", Class::Public, FILTER, "代码. Code.")
        .text("label_zh", Class::Public, READ, "中文名. Chinese label.")
        .text("label_en", Class::Public, READ, "英文名. English label.")
        .int("entry_order", Class::Public, READ, "次序. Order within the table.")
        .date("valid_from", Class::Public, READ, "生效日期. First day.")
        .date("valid_to", Class::Public, NULL, "失效日期. Last day. Null: in force.")
        .text("source", Class::Public, READ, "来源. Where the code comes from.")
        .code(
            "department",
            "Department",
            Class::Public,
            NULL,
            "主管部门. Department that regulates the kind of site or category of hazard. Null: no such kind or category.",
        )
}
