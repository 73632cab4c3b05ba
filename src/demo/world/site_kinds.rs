//! What the kinds of key sites are like: how common, what they are called, what is checked there.

/// A kind of site.
pub(crate) struct Kind {
    /// `SiteKind`.
    pub(crate) code: &'static str,
    /// How common, in 10,000; 0 for kinds whose number is fixed.
    pub(crate) weight: u32,
    /// What such a place is called.
    pub(crate) names: &'static [&'static str],
    /// `OrganisationKind` of its unit.
    pub(crate) unit: &'static str,
    /// Hazards found at such a place, likeliest first.
    pub(crate) hazards: &'static [&'static str],
}

const fn kind(
    code: &'static str,
    weight: u32,
    names: &'static [&'static str],
    unit: &'static str,
    hazards: &'static [&'static str],
) -> Kind {
    Kind { code, weight, names, unit, hazards }
}

/// All kinds, in the order of the code table.
pub(crate) static KINDS: [Kind; 29] = [
    kind("SCHOOL", 260, &["小学", "幼儿园", "中学"], "INSTITUTION", &["CAMPUS", "FIRE", "FOOD", "BUILDING"]),
    kind("UNIVERSITY_CAMPUS", 0, &["校区"], "INSTITUTION", &["CAMPUS", "FIRE", "FOOD", "TRAFFIC"]),
    kind(
        "RESTAURANT",
        2100,
        &["餐馆", "面馆", "酒楼", "小吃店"],
        "ENTERPRISE",
        &["FOOD", "GAS", "FIRE", "ELECTRICITY"],
    ),
    kind("FOOD_SHOP", 1150, &["食品店", "便利店", "水果店"], "ENTERPRISE", &["FOOD", "FIRE", "ELECTRICITY"]),
    kind("FARMERS_MARKET", 110, &["农贸市场"], "ENTERPRISE", &["FOOD", "FIRE", "ELECTRICITY", "PUBLIC_ORDER"]),
    kind(
        "SPECIALISED_MARKET",
        60,
        &["面料市场", "家纺市场", "建材市场"],
        "ENTERPRISE",
        &["FIRE", "ELECTRICITY", "PUBLIC_ORDER"],
    ),
    kind(
        "SHOPPING_DISTRICT",
        50,
        &["商业广场", "购物中心"],
        "ENTERPRISE",
        &["FIRE", "SPECIAL_EQUIPMENT", "PUBLIC_ORDER"],
    ),
    kind("TRANSPORT_STATION", 60, &["公交首末站", "客运站"], "INSTITUTION", &["TRAFFIC", "FIRE", "PUBLIC_ORDER"]),
    kind("HOTEL_HOMESTAY", 380, &["民宿", "宾馆"], "ENTERPRISE", &["FIRE", "ELECTRICITY", "PUBLIC_ORDER"]),
    kind("SCENIC_AREA", 50, &["景点", "公园"], "ENTERPRISE", &["FLOOD_WEATHER", "TRAFFIC", "FIRE"]),
    kind(
        "RENTAL_APARTMENT",
        1300,
        &["出租房", "蓝领公寓"],
        "ENTERPRISE",
        &["FIRE", "ELECTRICITY", "GAS", "PUBLIC_ORDER"],
    ),
    kind("HIGH_RISE_RESIDENTIAL", 220, &["高层住宅"], "ENTERPRISE", &["FIRE", "SPECIAL_EQUIPMENT"]),
    kind("EBIKE_PARKING", 0, &["电动自行车充停点"], "ENTERPRISE", &["ELECTRICITY", "FIRE"]),
    kind("DISPLAY_SCREEN", 300, &["户外电子屏"], "ENTERPRISE", &["NETWORK_SCREEN", "ELECTRICITY"]),
    kind(
        "FACTORY",
        1500,
        &["纺织厂", "机械厂", "服装厂", "塑料制品厂"],
        "ENTERPRISE",
        &["WORK_SAFETY", "FIRE", "ELECTRICITY", "SPECIAL_EQUIPMENT"],
    ),
    kind("DYEING_FACTORY", 90, &["印染厂"], "ENTERPRISE", &["WORK_SAFETY", "CONFINED_SPACE", "ENVIRONMENT", "FIRE"]),
    kind("INDUSTRIAL_PARK", 60, &["小微企业园"], "ENTERPRISE", &["FIRE", "WORK_SAFETY", "ELECTRICITY"]),
    kind("HAZARDOUS_CHEMICAL", 80, &["化工经营部", "加油站"], "ENTERPRISE", &["HAZARDOUS_CHEMICAL", "FIRE"]),
    kind("CONFINED_SPACE", 120, &["污水处理池"], "ENTERPRISE", &["CONFINED_SPACE", "WORK_SAFETY"]),
    kind("CONSTRUCTION_SITE", 180, &["建设工地"], "ENTERPRISE", &["BUILDING", "WORK_SAFETY", "SPECIAL_EQUIPMENT"]),
    kind("EXPRESS_LOGISTICS", 210, &["快递网点", "物流站"], "ENTERPRISE", &["FIRE", "TRAFFIC", "PUBLIC_ORDER"]),
    kind("ENTERTAINMENT", 150, &["棋牌室", "网吧", "歌厅"], "ENTERPRISE", &["FIRE", "PUBLIC_ORDER"]),
    kind("RELIGIOUS_SITE", 80, &["寺院", "祠庙"], "SOCIAL", &["FIRE", "BUILDING"]),
    kind("ELDERLY_CARE", 110, &["敬老院", "居家养老中心"], "INSTITUTION", &["FIRE", "FOOD"]),
    kind("HOSPITAL", 140, &["卫生服务站", "卫生院"], "INSTITUTION", &["FIRE", "PUBLIC_ORDER"]),
    kind(
        "RESIDENTIAL_QUARTER",
        420,
        &["小区", "家园"],
        "ENTERPRISE",
        &["FIRE", "ELECTRICITY", "SPECIAL_EQUIPMENT", "BUILDING"],
    ),
    kind("RIVER_RESERVOIR", 150, &["水库", "山塘"], "SOCIAL", &["FLOOD_WEATHER"]),
    kind("CULTURAL_RELIC", 70, &["古建筑", "旧居"], "SOCIAL", &["FIRE", "BUILDING"]),
    kind("OTHER", 160, &["临时场所"], "ENTERPRISE", &["OTHER", "FIRE"]),
];

/// The place of a kind.
pub(crate) fn place(code: &str) -> usize {
    KINDS.iter().position(|kind| kind.code == code).unwrap_or(KINDS.len() - 1)
}

/// An item of a checklist.
pub(crate) struct Item {
    /// What to check.
    pub(crate) text: &'static str,
    /// `HazardCategory`.
    pub(crate) category: &'static str,
    /// Legal basis.
    pub(crate) basis: Option<&'static str>,
    /// Whether failure makes a major hazard.
    pub(crate) major: bool,
    /// Whether a photo is required.
    pub(crate) photo: bool,
}

const fn item(
    text: &'static str,
    category: &'static str,
    basis: Option<&'static str>,
    major: bool,
    photo: bool,
) -> Item {
    Item { text, category, basis, major, photo }
}

const SAFETY_LAW: Option<&str> = Some("安全生产法");
const FIRE_LAW: Option<&str> = Some("消防法");
const FOOD_LAW: Option<&str> = Some("食品安全法");

static ITEMS: [Item; 30] = [
    item("疏散通道和安全出口是否畅通", "FIRE", FIRE_LAW, true, true),
    item("灭火器材是否完好有效", "FIRE", FIRE_LAW, false, true),
    item("消防设施维护记录是否齐全", "FIRE", FIRE_LAW, false, false),
    item("电气线路是否规范敷设", "ELECTRICITY", SAFETY_LAW, false, true),
    item("是否存在违规充电", "ELECTRICITY", SAFETY_LAW, false, true),
    item("燃气报警装置是否安装并运行", "GAS", SAFETY_LAW, true, true),
    item("燃气软管是否老化", "GAS", SAFETY_LAW, false, false),
    item("食品原料进货查验记录是否完整", "FOOD", FOOD_LAW, false, false),
    item("从业人员健康证是否有效", "FOOD", FOOD_LAW, false, false),
    item("生熟食品是否分开存放", "FOOD", FOOD_LAW, false, true),
    item("作业人员是否经过安全培训", "WORK_SAFETY", SAFETY_LAW, false, false),
    item("机械防护装置是否齐全", "WORK_SAFETY", SAFETY_LAW, false, true),
    item("有限空间作业是否审批和通风检测", "CONFINED_SPACE", SAFETY_LAW, true, true),
    item("有限空间是否设置警示标志", "CONFINED_SPACE", SAFETY_LAW, false, true),
    item("危险化学品是否分类存放", "HAZARDOUS_CHEMICAL", SAFETY_LAW, true, true),
    item("危险化学品台账是否完整", "HAZARDOUS_CHEMICAL", SAFETY_LAW, false, false),
    item("车辆进出通道是否设置警示", "TRAFFIC", None, false, false),
    item("临时停车是否影响通行", "TRAFFIC", None, false, true),
    item("房屋结构是否有明显裂缝", "BUILDING", None, true, true),
    item("外墙附着物是否牢固", "BUILDING", None, false, true),
    item("电梯检验是否在有效期内", "SPECIAL_EQUIPMENT", Some("特种设备安全法"), false, true),
    item("汛期值守和物资是否到位", "FLOOD_WEATHER", None, false, false),
    item("排水设施是否畅通", "FLOOD_WEATHER", None, false, true),
    item("视频监控是否正常运行", "PUBLIC_ORDER", None, false, false),
    item("流动人口登记是否及时", "PUBLIC_ORDER", None, false, false),
    item("校门防护设施是否齐全", "CAMPUS", None, false, true),
    item("校园周边秩序是否良好", "CAMPUS", None, false, false),
    item("电子屏播放是否专人审核", "NETWORK_SCREEN", None, false, false),
    item("污染物排放口是否规范", "ENVIRONMENT", None, false, true),
    item("场所环境是否整洁有序", "OTHER", None, false, false),
];

/// The checklist of a kind: the items of its categories.
pub(crate) fn checklist_items(kind: &Kind) -> impl Iterator<Item = &'static Item> {
    let categories = kind.hazards;
    ITEMS.iter().filter(move |item| categories.contains(&item.category))
}
