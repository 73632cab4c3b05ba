//! What the 15 types of dispute are about, in the order of the code table.

/// A type of dispute.
pub(crate) struct Type {
    /// `DisputeType`.
    pub(crate) code: &'static str,
    /// What it is called.
    pub(crate) zh: &'static str,
    /// `KeyFieldDomain` of such disputes when they lie in a key field.
    pub(crate) key_field: Option<&'static str>,
    /// What sets it off.
    pub(crate) causes: [&'static str; 4],
    /// What is asked for.
    pub(crate) demands: [&'static str; 2],
    /// How often money is claimed, in 1,000.
    pub(crate) money: u32,
    /// How often it arises at a key site, in 1,000.
    pub(crate) at_site: u32,
}

const fn kind(
    code: &'static str,
    zh: &'static str,
    key_field: Option<&'static str>,
    causes: [&'static str; 4],
    demands: [&'static str; 2],
    (money, at_site): (u32, u32),
) -> Type {
    Type { code, zh, key_field, causes, demands, money, at_site }
}

/// All types.
pub(crate) static TYPES: [Type; 15] = [
    kind(
        "MARRIAGE_FAMILY",
        "婚姻家庭",
        Some("MARRIAGE_FAMILY"),
        ["赡养费负担", "家庭财产分割", "子女抚养安排", "彩礼返还"],
        ["明确赡养安排", "分清财产归属"],
        (420, 0),
    ),
    kind(
        "NEIGHBOUR",
        "邻里",
        None,
        ["相邻排水", "建筑瓦片坠落", "噪声扰民", "通行占道"],
        ["恢复原状", "赔礼道歉"],
        (250, 10),
    ),
    kind(
        "HOUSING_HOMESTEAD",
        "房屋宅基地",
        Some("CONSTRUCTION"),
        ["宅基地界址", "房屋漏水", "建房施工", "租房押金"],
        ["重新丈量界址", "修复房屋"],
        (380, 30),
    ),
    kind(
        "CONTRACT",
        "合同",
        Some("FINANCE_LENDING"),
        ["货款拖欠", "借款逾期", "服务违约", "承揽质量"],
        ["支付欠款", "继续履行"],
        (950, 240),
    ),
    kind(
        "PRODUCTION_OPERATION",
        "生产经营",
        Some("MARKET_TRADE"),
        ["面料质量", "摊位转让", "加工损耗", "交货延期"],
        ["赔偿损失", "更换货物"],
        (900, 620),
    ),
    kind(
        "DAMAGES",
        "损害赔偿",
        None,
        ["意外摔伤", "宠物伤人", "财物损坏", "高空坠物"],
        ["赔偿医药费", "赔偿损失"],
        (920, 120),
    ),
    kind(
        "FOREST_LAND",
        "山林土地",
        None,
        ["山林界线", "土地流转", "竹木砍伐", "田间引水"],
        ["确认界线", "停止砍伐"],
        (320, 0),
    ),
    kind(
        "LAND_REQUISITION",
        "征地拆迁",
        Some("LAND_REQUISITION"),
        ["补偿标准", "安置面积", "青苗补偿", "过渡费发放"],
        ["核实补偿", "落实安置"],
        (780, 0),
    ),
    kind(
        "ENVIRONMENT",
        "环境污染",
        Some("ENVIRONMENT"),
        ["油烟排放", "印染异味", "养殖污水", "夜间施工"],
        ["停止排放", "整改设施"],
        (200, 520),
    ),
    kind(
        "LABOUR",
        "劳动争议",
        Some("LABOUR_WAGES"),
        ["拖欠工资", "工伤待遇", "解除补偿", "加班费计算"],
        ["支付工资", "支付补偿"],
        (960, 560),
    ),
    kind(
        "CONSUMER",
        "消费",
        Some("MARKET_TRADE"),
        ["预付卡退费", "商品质量", "餐饮服务", "网购退换"],
        ["退还费用", "更换商品"],
        (880, 600),
    ),
    kind(
        "MEDICAL",
        "医疗",
        Some("MEDICAL"),
        ["诊疗效果", "收费项目", "知情告知", "用药反应"],
        ["说明诊疗过程", "退还费用"],
        (760, 480),
    ),
    kind(
        "ROAD_TRAFFIC",
        "道路交通事故",
        Some("TRAFFIC_ACCIDENT"),
        ["车辆剐蹭", "行人受伤", "电动车碰撞", "误工赔偿"],
        ["赔偿修理费", "赔偿误工费"],
        (960, 10),
    ),
    kind(
        "PROPERTY_MANAGEMENT",
        "物业",
        Some("PROPERTY_MANAGEMENT"),
        ["物业费收取", "车位使用", "公共维修", "电梯故障"],
        ["减免费用", "及时维修"],
        (500, 650),
    ),
    kind("OTHER", "其他", None, ["活动组织", "名誉误会", "借用物品", "口头约定"], ["澄清事实", "归还物品"], (250, 40)),
];

/// Place of the type for labour disputes.
pub(crate) const LABOUR: usize = 9;
/// Place of the type for family disputes, which no court confirms (法释〔2011〕5号 art. 4 excludes marriage relations).
pub(crate) const FAMILY: usize = 0;
